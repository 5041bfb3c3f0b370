"""Who picks up, on a real FreeSWITCH: a mailbox gets its message behind the beep, whoever hears the beep first."""

import numpy as np

from tests.answering.audio import silence, tone
from tests.freeswitch.bench import REAL, Bench, until
from tests.freeswitch.callees import Manner
from voicebot.call.after_answer import AVMD_BEEP
from voicebot.esl.codec import Event
from voicebot.esl.control import Control
from voicebot.media import pcm
from voicebot.speech.espeak import EspeakVoice

pytestmark = REAL

MAILBOX = "您好，我现在无法接听您的电话，请在提示音后留言。"
LEAVES_A_MESSAGE = "answered_by: {voicemail: {message: 您好，我们稍后再联系您，再见。}}\n"


def test_a_message_is_left_after_the_beep_that_mod_avmd_hears_too(bench: Bench) -> None:
    with EspeakVoice() as espeak:
        greeting = espeak.synthesize(MAILBOX, "cmn+m3", rate=165)
    said = np.concatenate([pcm.resample(greeting.pcm, greeting.sample_rate), silence(400), tone(1000, 600)])
    says = pcm.to_int16(said).tobytes()
    bench.callees.manner = lambda number: Manner(talk_s=25, says=says)
    events = Beeps(bench.switch.host, bench.switch.port, bench.switch.password)
    events.connect()
    try:
        events.subscribe(AVMD_BEEP)
        name, (number,) = bench.campaign(1, more=LEAVES_A_MESSAGE)
        with bench.dialer(name):
            until(lambda: bench.is_over(name))
    finally:
        events.close()
    assert events.beeps == 2, "the switch tells each beep twice"
    assert [code for _, _, code in bench.attempts(name)] == ["VOICEMAIL"]
    ((kind, tags),) = bench.tags(name)
    assert (kind, set(tags)) == ("VOICEMAIL", {"MACHINE", "MESSAGE_LEFT"})
    begins = last_voice_ms(bytes(bench.callees.heard[number])) - len(says) // 16
    assert begins > 0, "nobody speaks into the beep"
    print(f"message: begins {begins} ms after the end of the beep, by the frames of the callee's line")


class Beeps(Control):
    """Counts what mod_avmd tells, on whatever channel."""

    beeps = 0

    def _on_event(self, event: Event) -> None:
        self.beeps += event.headers.get("Event-Subclass") == AVMD_BEEP
        super()._on_event(event)


def last_voice_ms(heard: bytes) -> int:
    """When the last voice begins that half a second of quiet goes before."""
    samples = np.frombuffer(heard, np.int16).astype(float)
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    loud = np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) > 300)
    return 20 * int(loud[np.flatnonzero(np.diff(loud) >= 25)[-1] + 1])
