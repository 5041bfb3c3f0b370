"""Who changes something that no single row stands for takes turns with others who do."""

from sqlalchemy import Connection, text


def take_turns(connection: Connection, what: str) -> None:
    """From here to the end of the transaction nobody else changes `what`; who asks meanwhile waits, and then sees it.

    SQLite has one writer anyway. Raises what SQLAlchemy raises.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 2))"), {"what": what})
