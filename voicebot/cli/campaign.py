"""`voicebot campaign`: what a campaign manager does; one file a subject, all gathered here."""

import click

from voicebot.cli import (
    campaign_arms,
    campaign_import,
    campaign_plan,
    campaign_preflight,
    campaign_rehearse,
    campaign_run,
    campaign_status,
)
from voicebot.cli.lazy import WholeGroup


@click.group(cls=WholeGroup)
def command() -> None:
    """Campaigns: their plans, their lists, and what they do."""


command.add_command(campaign_plan.create)
command.add_command(campaign_plan.update)
command.add_command(campaign_plan.show)
command.add_command(campaign_plan.list_campaigns)
command.add_command(campaign_arms.command)
command.add_command(campaign_import.import_command)
command.add_command(campaign_import.imports)
command.add_command(campaign_import.undo_import)
command.add_command(campaign_preflight.preflight_command)
command.add_command(campaign_preflight.why_command)
command.add_command(campaign_run.start)
command.add_command(campaign_run.schedule)
command.add_command(campaign_run.pause)
command.add_command(campaign_run.resume)
command.add_command(campaign_run.stop)
command.add_command(campaign_run.cancel)
command.add_command(campaign_run.audit)
command.add_command(campaign_status.status)
command.add_command(campaign_rehearse.command)
