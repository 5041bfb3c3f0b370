"""What one call is made of besides itself: built once by the application, shared by all calls."""

from collections.abc import Callable
from dataclasses import dataclass

from voicebot.call.brief import FindBrief
from voicebot.call.handoff import Agents
from voicebot.call.pick_up import Answering
from voicebot.call.services import Services
from voicebot.dialog.commands import Say
from voicebot.esl.bridge import HubBridge
from voicebot.esl.histogram import LagHistogram
from voicebot.settings import Settings
from voicebot.speech.ear import EarPool
from voicebot.store.writer import Writer
from voicebot.understanding.types import Classifier


@dataclass(frozen=True)
class Parts:
    """The shared parts of a call server. `speak` gives a prompt's audio; it may block and is called off the hub."""

    settings: Settings
    find_brief: FindBrief
    speak: Callable[[Say], bytes]
    ears: EarPool
    to_hub: HubBridge[Callable[[], None]]
    classifier: Classifier | None
    writer: Writer
    answering: Answering
    agents: Agents
    services: Services
    frame_lags: LagHistogram
