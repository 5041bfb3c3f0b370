"""The outer window of an installation: the hours and days beyond which no campaign calls, from the settings."""

from voicebot.campaign.policy.windows import Window, outer_window
from voicebot.errors import UsageError
from voicebot.settings import Settings


def outer_of(settings: Settings) -> Window:
    """Raises UsageError naming the two settings."""
    try:
        return outer_window(settings.outer_hours, settings.outer_days)
    except UsageError as error:
        raise UsageError(f"VOICEBOT_OUTER_HOURS, VOICEBOT_OUTER_DAYS: {error}") from None
