"""Write a migration for what changed in voicebot/store/tables.py: `python -m tools.new_migration "Add a stop list"`.

It compares the tables with a fresh database migrated to the newest step. Read what it wrote before you commit it.
"""

import sys

from alembic import command
from sqlalchemy import create_engine

from voicebot.store.migrate import MIGRATIONS, alembic_config


def main(message: str) -> None:
    """Make migrations/versions/NNNN_message.py, numbered after those that are there."""
    number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
    with create_engine("sqlite://").begin() as connection:
        config = alembic_config(connection)
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m tools.new_migration "What changes"')
    main(sys.argv[1])
