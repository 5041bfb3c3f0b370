"""`voicebot campaign`: what a campaign manager does; one file a subject, all gathered here."""

import click

from voicebot.cli import campaign_arms, campaign_import, campaign_plan


@click.group()
def command() -> None:
    """Campaigns: their plans and their lists."""


command.add_command(campaign_plan.create)
command.add_command(campaign_plan.update)
command.add_command(campaign_plan.show)
command.add_command(campaign_plan.list_campaigns)
command.add_command(campaign_arms.command)
command.add_command(campaign_import.import_command)
command.add_command(campaign_import.imports)
command.add_command(campaign_import.undo_import)
