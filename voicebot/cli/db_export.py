"""`voicebot db export`: the star for BI tools."""

import json
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_JSON
from voicebot.number_of import number_of
from voicebot.store.export import EXPORTED, Policy
from voicebot.store.parquet import export


@click.command("export")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["parquet"]), default="parquet", show_default=True, help="Form of the files."
)
@click.option("--table", "tables", type=click.Choice(EXPORTED), multiple=True, help="Only this table. Repeatable.")
@click.option(
    "--numbers",
    type=click.Choice(["masked", "hashed", "whole"]),
    default="masked",
    show_default=True,
    help="hashed: by VOICEBOT_EXPORT_KEY, so that tables and exports join.",
)
@click.option("--with-texts", is_flag=True, help="With what was said, noted and listed. Deletions do not reach it.")
@AS_JSON
def command(directory: Path, form: str, tables: tuple[str, ...], numbers: str, with_texts: bool, as_json: bool) -> None:
    """Write the facts and dimensions of the store to DIRECTORY/TABLE.parquet, all as they are at one moment.

    Columns and their meaning: docs/store.md; the files carry them too. Needs pip install 'voicebot[parquet]'.
    """
    policy = Policy(numbers, settings_list.load().export_key, with_texts)  # type: ignore[arg-type]  # click's choice
    written = []
    with opened_store() as store:
        for one in export(store, directory, policy, tables or EXPORTED):
            written.append({"table": one.path.stem, "rows": one.rows, "bytes": one.size})
            if not as_json:
                click.echo(f"  {one.path.name}: {number_of(one.rows, 'row')}, {one.size:,} bytes")
    if as_json:
        click.echo(json.dumps({"directory": str(directory), "format": form, "tables": written}))
    else:
        click.echo(
            f"{directory}: {number_of(len(written), 'table')}, numbers {numbers}, "
            f"{'with' if with_texts else 'without'} texts"
        )
