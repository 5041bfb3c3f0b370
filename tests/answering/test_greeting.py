"""What answered: people who say little or much, machines of each kind, fax, nobody; never by one phrase alone."""

import pytest

from tests.answering.audio import Signal, frames, silence, tone, voice
from voicebot.answering.greeting import GreetingListener
from voicebot.answering.tables import Tables
from voicebot.answering.thresholds import Thresholds


@pytest.fixture
def listener(tables: Tables, thresholds: Thresholds) -> GreetingListener:
    return GreetingListener(tables, thresholds)


def hear(listener: GreetingListener, words: dict[int, str], *parts: Signal) -> tuple[str | None, int]:
    """Play the parts; at these times an utterance is over. The verdict's code and time."""
    for at_ms, frame in frames(*parts):
        listener.frame(frame, at_ms)
        if at_ms in words:
            listener.words(words[at_ms], at_ms, final=True)
    verdict = listener.verdict()
    return (verdict.code, verdict.at_ms) if verdict else (None, 0)


@pytest.mark.parametrize(
    ("said", "ms"),
    [
        ("喂", 400),
        ("喂你好哪位", 1000),
        ("他不在", 800),
        ("他现在不在家你晚点再打吧", 2600),
        ("他不方便接电话有什么事你跟我说我转告他", 4400),
        ("我在开会等会儿打给你", 2400),
        ("喂刚才手机没电关机了现在才开机", 3600),
        ("", 600),
    ],
)
def test_a_person_is_a_person_whatever_the_phrase(listener: GreetingListener, said: str, ms: int) -> None:
    code, _ = hear(listener, {600 + ms + 500: said}, silence(600), voice(ms), silence(4000))
    assert code == "HUMAN"


def test_a_short_greeting_is_known_soon(listener: GreetingListener) -> None:
    code, at_ms = hear(listener, {1500: "喂你好"}, silence(600), voice(800), silence(1500))
    assert code == "HUMAN"
    assert at_ms <= 2500
    assert not listener.closed(at_ms)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("您好我现在无法接听您的电话请在提示音后留言", "VOICEMAIL"),
        ("您好我是机主的智能助理机主现在不方便接听电话", "ASSISTANT"),
        ("您好普通话请按一英文请按二人工服务请按零", "IVR"),
        ("您拨打的用户已关机请稍后再拨", "POWER_OFF"),
    ],
)
def test_machines_are_told_by_words_and_length(listener: GreetingListener, said: str, code: str) -> None:
    assert hear(listener, {3800: said}, silence(400), voice(3400), silence(600))[0] == code
    verdict = listener.verdict()
    assert verdict is not None
    assert len([one for one in verdict.evidence if one.weight > 0]) >= 2
    assert listener.closed(verdict.at_ms)


def test_a_typical_phrase_alone_is_not_enough(listener: GreetingListener) -> None:
    assert hear(listener, {1400: "语音信箱"}, silence(400), voice(800), silence(3000))[0] != "VOICEMAIL"


def test_words_of_a_machine_turn_a_person_over_until_it_is_closed(listener: GreetingListener) -> None:
    code, _ = hear(
        listener,
        {1400: "您好", 6200: "我是机主的智能助理请问您有什么事"},
        *(silence(400), voice(600), silence(1200), voice(3400), silence(800)),
    )
    assert code == "ASSISTANT"


def test_a_beep_after_speech_and_a_long_greeting_is_a_voicemail(listener: GreetingListener) -> None:
    code, _ = hear(listener, {}, silence(400), voice(3200), silence(500), tone(1000, 400), silence(600))
    assert code == "VOICEMAIL"


def test_a_horn_behind_a_persons_words_is_no_beep(listener: GreetingListener) -> None:
    words = {3600: "快递是吧放门口就行"}
    code, _ = hear(listener, words, silence(400), voice(2600), silence(500), tone(400, 300), silence(600))
    assert code == "HUMAN"
    assert "beep" in {one.what for one in listener.heard().evidence}


def test_a_mailbox_may_begin_like_an_announcement(listener: GreetingListener) -> None:
    words = {4600: "您好您拨打的用户暂时无法接听请在提示音后留言"}
    assert hear(listener, words, silence(400), voice(3900), silence(900))[0] == "VOICEMAIL"


def test_the_switchs_beep_counts_once_however_often_it_is_told(tables: Tables, thresholds: Thresholds) -> None:
    scores = []
    for times in (1, 2):
        listener = GreetingListener(tables, thresholds)
        hear(listener, {}, silence(400), voice(1400), silence(300))
        for _ in range(times):
            listener.beep(2000)
        scores.append([one for one in listener.heard().evidence if one.what == "beep"])
    assert scores[0] == scores[1]
    assert len(scores[0]) == 1


def test_the_same_audio_again_is_a_machine_even_without_words(listener: GreetingListener) -> None:
    said = voice(3200, seed=5)
    code, _ = hear(listener, {}, silence(400), said, silence(1500), said, silence(500))
    assert code == "UNKNOWN"
    assert "repeat" in {one.what for one in listener.heard().evidence}


def test_two_sentences_of_one_voice_are_no_repetition(listener: GreetingListener) -> None:
    hear(listener, {}, silence(400), voice(2400, seed=5), silence(1200), voice(2400, seed=6), silence(500))
    assert "repeat" not in {one.what for one in listener.heard().evidence}


def test_a_fax_is_told_by_its_tone(listener: GreetingListener) -> None:
    assert hear(listener, {}, silence(900), tone(2100, 3000))[0] == "FAX"


def test_nobody_is_told_late_and_not_after_any_sound(tables: Tables, thresholds: Thresholds) -> None:
    nobody = GreetingListener(tables, thresholds)
    assert hear(nobody, {}, silence(9000)) == ("SILENT", thresholds.answer.silent_ms)
    assert hear(GreetingListener(tables, thresholds), {}, silence(3000), voice(400), silence(6000))[0] == "HUMAN"


def test_talking_over_the_robot_counts(tables: Tables, thresholds: Thresholds) -> None:
    found = []
    for robot in (True, False):
        listener = GreetingListener(tables, thresholds)
        if robot:
            listener.robot(True, 0)
            listener.robot(False, 6000)
        hear(listener, {}, silence(400), voice(4400))
        found.append("talk_over" in {one.what for one in listener.heard().evidence})
    assert found == [True, False]


def test_undecided_at_the_deadline_is_a_person(listener: GreetingListener, thresholds: Thresholds) -> None:
    hear(listener, {}, silence(400), voice(1400))
    assert listener.verdict() is None
    listener.words("", round(thresholds.answer.deadline_ms), final=False)
    decided = listener.verdict()
    assert decided is not None
    assert decided.code == "HUMAN"
    assert decided.evidence[0].what == "deadline"
