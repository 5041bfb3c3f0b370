"""`voicebot script talk` as it is typed: what it shows, what it hears in files, what it writes."""

import wave
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.app.test_voiced_talk import sound
from voicebot.cli.script import command
from voicebot.dialog.conversation import load_conversations_text
from voicebot.dialog.conversation_run import play
from voicebot.dialog.loader import load_text
from voicebot.errors import InputFault, UsageError
from voicebot.media.pcm import decode_wav, encode_wav
from voicebot.speech.espeak import EspeakVoice

SCRIPT = """script: tiny
start: ask
nodes:
  ask:
    say: 您好，现在方便吗？
    barge_in: {protect_ms: 0}
    answers:
      - {id: "yes", keywords: [方便], digits: "1", score: 2, set: {when: 现在}, go: more}
      - {id: "no", keywords: [不要], tag: REFUSED, say: 好的。, go: bye}
  more:
    say: 可以加微信吗？
    answers:
      - {id: ok, keywords: [可以], go: bye}
      - {id: person, keywords: [转人工], hand_off: agents}
  bye:
    say: 再见！
    then: {hang_up: ROBOT_END}
handoff:
  agents: {target: agents, on_fail: bye}
grading:
  - {grade: D, name: refused, when: {tag: REFUSED}}
  - {grade: B, name: 有兴趣, when: {score: {min: 2}}}
  - {grade: E, name: other}
"""


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (tmp_path / "dialogs/tests/tiny").mkdir(parents=True)
    (tmp_path / "dialogs/tiny.yaml").write_text(SCRIPT, "utf-8")
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path_factory.getbasetemp() / "data"))
    monkeypatch.setenv("VOICEBOT_DIALOGS_DIR", str(tmp_path / "dialogs"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def spoken() -> dict[str, bytes]:
    """Recordings of a customer, as WAV files at 22 kHz."""
    with EspeakVoice() as espeak:
        speech = {text: espeak.synthesize(text, "cmn+f3", 170, 50) for text in ("方便", "不要")}
    return {text: encode_wav(one.pcm, one.sample_rate) for text, one in speech.items()}


def talk(*options: str, typed: str = "") -> Result:
    return CliRunner().invoke(command, ["talk", "tiny", *options], input=typed, catch_exceptions=False)


def test_each_turn_shows_node_intent_slots_and_the_grade_with_its_reason() -> None:
    shown = talk(typed="方便\n可以\n").stdout
    assert "方便 → yes: no intent 1.00 by keyword (方便)" in shown
    assert "node more · when = 现在 · score 2" in shown
    assert "grade so far B 有兴趣 (score 2: 2 at " in shown
    assert "robot hung up: ROBOT_END" in shown


def test_a_written_chat_is_a_conversation_test_that_passes(place: Path) -> None:
    file = place / "dialogs/tests/tiny/chat.yaml"
    shown = talk("--transcript", str(file), typed="\n\n/at 500 方便\n什么呀\n转人工\n/agent busy\n")
    assert f"conversation test: {file}" in shown.stdout
    text = file.read_text("utf-8")
    assert "- {silence: 2, expect: {node: ask}}" in text
    assert "says: 方便, at_ms: " in text
    assert "- {says: 什么呀, expect: {node: more, answer: none}}" in text
    assert "- {agent: busy, expect: {node: bye}}" in text
    assert "path: [ask, more, bye]" in text
    done = CliRunner().invoke(command, ["test", "tiny"], catch_exceptions=False)
    assert done.stdout.endswith("1 passed, 0 failed, 3 turns\n"), done.stdout + text


def test_the_node_that_is_written_is_where_the_talk_came_to_rest(place: Path) -> None:
    on_the_way = SCRIPT.replace("go: more}", "go: thanks}").replace(
        "  more:\n", "  thanks:\n    say: 太好了。\n    then: {go: more}\n  more:\n"
    )
    (place / "dialogs/tiny.yaml").write_text(on_the_way, "utf-8")
    file = place / "dialogs/tests/tiny/chat.yaml"
    talk("--transcript", str(file), typed="方便\n可以\n")
    assert '- {says: 方便, expect: {node: more, answer: "yes"}}' in file.read_text("utf-8")
    over_the_prompt = place / "dialogs/tests/tiny/over.yaml"
    talk("--transcript", str(over_the_prompt), typed="方便\n/at 300 可以\n")
    assert '- {says: 方便, expect: {node: thanks, answer: "yes"}}' in over_the_prompt.read_text("utf-8")
    done = CliRunner().invoke(command, ["test", "tiny"], catch_exceptions=False)
    assert done.stdout.endswith("2 passed, 0 failed, 4 turns\n"), done.stdout


def test_a_hang_up_over_the_prompt_is_written_too(place: Path) -> None:
    file = place / "dialogs/tests/tiny/chat.yaml"
    talk("--transcript", str(file), typed="/at 700 /hangup\n")
    assert "- {hangs_up: true, at_ms: 700, expect: {node: ask}}" in file.read_text("utf-8")
    assert CliRunner().invoke(command, ["test", "tiny"]).exit_code == 0


def test_turns_from_files_are_recognised_and_prompts_written(place: Path, spoken: dict[str, bytes]) -> None:
    (place / "yes.wav").write_bytes(spoken["方便"])
    shown = talk("--hear", "yes.wav", "--say-dir", "out", "--transcript", "chat.yaml", typed="可以\n").stdout
    assert "方便 → yes" in shown
    assert "3 prompts and conversation.wav in out" in shown
    names = sorted(path.name for path in (place / "out").iterdir())
    assert names == ["01_ask.wav", "02_more.wav", "03_bye.wav", "conversation.wav"]
    with wave.open("out/conversation.wav") as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        whole_s = file.getnframes() / 8000
    first, _ = decode_wav((place / "out/01_ask.wav").read_bytes())
    assert whole_s > len(first) / 8000 + 1
    assert "says: 方便" in (place / "chat.yaml").read_text("utf-8")
    assert "# said in yes.wav, recognised with confidence" in (place / "chat.yaml").read_text("utf-8")


def test_a_file_over_the_prompt_interrupts_it(place: Path, spoken: dict[str, bytes]) -> None:
    (place / "no.wav").write_bytes(spoken["不要"])
    shown = talk("--hear", "no.wav", "--at-ms", "400", "--say-dir", "out").stdout
    assert "node bye · REFUSED" in shown
    said_in_full, _ = decode_wav((place / "out/01_ask.wav").read_bytes())
    with wave.open("out/conversation.wav") as file:
        robot = file.readframes(file.getnframes())[2::4]
    assert len(said_in_full) > 8000
    assert any(robot[: 4 * 400])


def test_a_typed_at_sign_is_a_voiced_turn(place: Path, spoken: dict[str, bytes]) -> None:
    (place / "yes.wav").write_bytes(spoken["方便"])
    assert "方便 → yes" in talk("--voice", typed="@yes.wav\n").stdout
    assert "start again with it" in talk(typed="@yes.wav\n").stdout
    shown = talk("--voice", typed="@missing.wav\n/at soon 好\n/dance\n").stdout
    assert "missing.wav: cannot be read (No such file or directory); check the path" in shown
    assert "/at MS WORDS, for example" in shown


def test_silence_in_a_file_is_nothing(place: Path) -> None:
    (place / "quiet.wav").write_bytes(encode_wav(decode_wav(encode_wav(_samples(b"\0" * 16_000)))[0]))
    assert "nothing was heard in quiet.wav" in talk("--hear", "quiet.wav").stdout


def _samples(pcm: bytes):
    import numpy as np

    return np.frombuffer(pcm, "<i2").astype(np.int16)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--hear", "nobody.wav"], "nobody.wav: cannot be read"),
        (["--hear", "odd.wav"], "odd.wav: not a PCM WAV"),
        (["--hear", "empty.wav"], "empty.wav: no samples in it"),
        (["--hear", "long.wav"], "long.wav: 61 s, a turn is at most 60 s"),
        (["--hear", "short.wav", "--at-ms", "1", "--at-ms", "2"], "2 times --at-ms for 1 times --hear"),
        (["--transcript", "odd.wav"], "odd.wav is there already"),
    ],
)
def test_what_cannot_be_heard_or_written_is_wrong_use(place: Path, options: list[str], complaint: str) -> None:
    (place / "odd.wav").write_bytes(b"MP3")
    (place / "empty.wav").write_bytes(encode_wav(_samples(b"")))
    (place / "long.wav").write_bytes(encode_wav(_samples(b"\0" * 61 * 16_000)))
    (place / "short.wav").write_bytes(encode_wav(_samples(sound("好"))))
    with pytest.raises(UsageError, match=complaint):
        talk(*options)


ASKS = """script: asks
start: ask
services:
  crm: {url: "https://crm.example.com/x", fill: {level: level}, wait: 请稍等。}
nodes:
  ask:
    say: 您好，现在方便吗？
    answers:
      - {id: "yes", keywords: [方便], go: known}
  known:
    lookup: {http: crm, with: {who: "7"}, else: bye}
    say: "您是{level}会员。可以吗？"
    answers:
      - {id: ok, keywords: [可以], go: bye}
  bye:
    say: 再见！
    then: {hang_up: ROBOT_END}
grading:
  - {grade: E, name: other}
"""


def test_who_chats_is_asked_what_a_service_answers_and_the_test_knows_it(place: Path) -> None:
    (place / "dialogs/tiny.yaml").write_text(ASKS, "utf-8")
    shown = talk("--transcript", "chat.yaml", typed="方便\nlevel=金卡\n可以\n").stdout
    assert "service crm (who=7) is asked for level" in shown
    assert "您是金卡会员。可以吗？" in shown
    written = (place / "chat.yaml").read_text("utf-8")
    assert "service: {crm: {level: 金卡}}" in written
    script = load_text(ASKS, "asks.yaml")
    (conversation,) = load_conversations_text(written, "chat.yaml").conversations
    assert [str(one) for one in play(script, conversation, None).failures] == []


@pytest.mark.parametrize(("typed", "outcome"), [("missing", "missing"), ("", "failed")])
def test_a_service_that_knows_nothing(place: Path, typed: str, outcome: str) -> None:
    (place / "dialogs/tiny.yaml").write_text(ASKS, "utf-8")
    assert f"service crm: {outcome}" in talk(typed=f"方便\n{typed}\n").stdout


def test_what_services_answer_stands_in_a_file(place: Path) -> None:
    (place / "dialogs/tiny.yaml").write_text(ASKS, "utf-8")
    (place / "services.yaml").write_text("crm: {level: 银卡}\n", "utf-8")
    assert "您是银卡会员。可以吗？" in talk("--services", "services.yaml", typed="方便\n").stdout
    (place / "services.yaml").write_text("crm: sleeps\n", "utf-8")
    with pytest.raises(InputFault, match=r"services.yaml:1:6: a service does 'sleeps'"):
        talk("--services", "services.yaml", typed="方便\n")
