"""What the switch tells of a channel's end, in CHANNEL_HANGUP_COMPLETE. Pure.

What an attempt's result is made of it: campaign/policy/causes.py.
"""

from voicebot.esl.codec import Headers


def far_end_hung_up(told: Headers) -> bool:
    """Whether a BYE, a CANCEL or a refusal came from the far end; False also when the switch does not tell."""
    return told.get("variable_sip_hangup_disposition").startswith("recv")
