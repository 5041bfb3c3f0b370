"""A call whose Rasa server dies in the middle: the talk goes on, and each turn says which engine was asked."""

from collections.abc import Sequence
from pathlib import Path

from tests.call.rehearsal import Rehearsal
from voicebot.rasa.engine import RasaEngine
from voicebot.rasa.standin import StandInRasa
from voicebot.speech.hearing import Began, Ended
from voicebot.understanding.nlu_yaml import load_training
from voicebot.understanding.rasa import Translation
from voicebot.understanding.types import Parse, Ranked

TINY = Path(__file__).parent / "tiny.yaml"
PATIENT_MS = 20_000
INTENTS = """version: "3.1"
nlu:
- intent: weather
  examples: |
    - 今天天气怎么样
- intent: affirm
  examples: |
    - 那就这样办
"""


class Embedded:
    """Knows one sentence."""

    def parse(self, text: str) -> Parse:
        return Parse((Ranked("affirm", 0.9),) if text == "那就这样办" else (), {}, "embedded")


def rank(text: str) -> Sequence[Ranked]:
    return (Ranked("weather", 0.9),)


def say(call: Rehearsal, text: str) -> None:
    """A whole utterance of the customer, once the robot has finished."""
    call.play_out()
    now = call.actor._line.now
    call.hear(Began(now, now))
    call.hear(Ended(now, now, now, text, 0.9, 5.0))


def test_the_talk_goes_on_when_rasa_dies(tmp_path: Path) -> None:
    path = tmp_path / "intents.yml"
    path.write_text(INTENTS, encoding="utf-8")
    translation = Translation(load_training([path]))
    with StandInRasa(rank) as server, RasaEngine(server.url, "", PATIENT_MS, translation, Embedded()) as engine:
        assert engine.wait_for_first_probe()
        with Rehearsal(TINY, classifier=engine) as call:
            say(call, "今天天气怎么样")
            server.__exit__(None, None, None)
            say(call, "那就这样办")
            call.play_out()
    (talk,) = call.writer.calls
    assert (talk.ending, talk.grade) == ("ROBOT_END", "A")
    first, second = talk.turns
    assert (first.engine, first.intent, first.choice) == ("rasa", "weather", None)
    assert second.engine.startswith("embedded after rasa: ")
    assert (second.matched_by, second.choice) == ("classifier", "yes")
