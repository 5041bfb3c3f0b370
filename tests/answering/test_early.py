"""Announcements before the answer: half sentences, loops, both languages, what must not become a dead number."""

import pytest

from tests.answering.audio import play, silence, tone, voice
from voicebot.answering.early import EarlyListener
from voicebot.answering.likeness import Likeness
from voicebot.answering.tables import Tables
from voicebot.answering.thresholds import Thresholds
from voicebot.answering.tones import RINGBACK


@pytest.fixture
def listener(tables: Tables, thresholds: Thresholds, likeness: Likeness) -> EarlyListener:
    return EarlyListener(tables, thresholds, likeness)


def code_of(listener: EarlyListener) -> str | None:
    verdict = listener.verdict()
    return verdict.code if verdict else None


def say(listener: EarlyListener, *texts: str) -> str | None:
    """Finished utterances, one each 3 s."""
    for number, text in enumerate(texts, 1):
        listener.words(text, 3000 * number, final=True)
    return code_of(listener)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["您拨打的号码是空号"], "EMPTY"),
        (["码是空号请核对后再拨", "对不起您拨打的号码是空号"], "EMPTY"),
        (["您好", "您拨打的用户", "已关机"], "POWER_OFF"),
        (["户已关机", "您拨打的用户已关机"], "POWER_OFF"),
        (["您拨打的电话正在通话中请稍后再拨", "sorry the subscriber you dialed is busy"], "BUSY"),
        (["sorry the number you dialed does not exist please check it and dial later"], "EMPTY"),
        (["您拨打的用户已关机", "来电信息将以短信的形式通知机主"], "POWER_OFF"),
        (["您好您拨打的用户战时无法接通"], "UNREACHABLE"),
        (["您拨打的用户已馆机"], "POWER_OFF"),  # by its sound
    ],
)
def test_an_announcement_gets_its_code(listener: EarlyListener, texts: list[str], code: str) -> None:
    assert say(listener, *texts) == code


@pytest.mark.parametrize(
    "texts",
    [
        ["空号"],
        ["是空号"],  # half of it: 不是空号 ends so too
        ["您拨打的号码"],
        ["号码不在"],
        ["您拨打的电话正在通话中", "是空号"],  # it lives
        ["您拨打的用户已关机是空号请核对后再拨"],
        ["空好请稍后"],
        ["已停机"],
        ["您好欢迎致电星光公司电话正在接通中"],
        ["您拨打的用户正在通话中请不要挂机"],
        ["喂你好"],
        [""],
    ],
)
def test_what_is_no_verdict_or_at_least_no_dead_number(listener: EarlyListener, texts: list[str]) -> None:
    assert say(listener, *texts) in (None, "POWER_OFF", "BUSY")
    assert say(listener, *texts) not in ("EMPTY", "SUSPENDED"), "not even in a loop"


def test_the_callers_own_arrears_are_not_the_customers(listener: EarlyListener) -> None:
    assert say(listener, "对不起您的电话已停机请充值") == "CARRIER_BLOCK"


def test_a_phrase_that_the_recogniser_takes_back_is_no_evidence(listener: EarlyListener) -> None:
    listener.words("您拨打的号码是空号", 1000, final=False)
    listener.words("您拨打的号码是通话", 1100, final=False)
    play(listener.frame, silence(3000))
    assert code_of(listener) is None


def test_a_key_settles_with_time_and_the_verdict_stays(listener: EarlyListener) -> None:
    play(listener.frame, voice(1000))
    listener.words("您拨打的用户已关机", 1000, final=False)
    assert code_of(listener) is None
    for at_ms in range(1000, 1600, 20):
        listener.frame(bytes(320), at_ms)
    verdict = listener.verdict()
    assert verdict is not None
    assert verdict.code == "POWER_OFF"
    assert 1400 <= verdict.at_ms <= 1460
    assert {one.what.partition(":")[0] for one in verdict.evidence} == {"key", "frame", "settled"}
    listener.words("您拨打的号码是空号", 2000, final=True)
    assert listener.verdict() is verdict


def test_tones_are_told_and_are_no_verdict(listener: EarlyListener) -> None:
    play(listener.frame, tone(450, 1000), silence(4000), tone(450, 1000), silence(1000))
    assert code_of(listener) is None
    assert [span.sound for span in listener.heard().sounds].count(RINGBACK) == 2


def test_frames_that_never_came_are_silence(listener: EarlyListener) -> None:
    play(listener.frame, tone(450, 1000))
    listener.frame(bytes(640), 5000)
    assert listener.heard().sounds[-1].to_ms == 5040
    assert [span.sound for span in listener.heard().sounds] == [RINGBACK, "silence"]


def test_a_waiting_call_is_not_busy_though_its_sentence_begins_so(listener: EarlyListener) -> None:
    listener.words("您拨打的用户正在通话中", 1000, final=False)
    for at_ms in range(0, 2000, 20):
        listener.frame(bytes(320), at_ms)
    listener.words("您拨打的用户正在通话中请不要挂机", 2000, final=False)
    for at_ms in range(2000, 5000, 20):
        listener.frame(bytes(320), at_ms)
    assert code_of(listener) is None


def test_the_end_of_the_line_makes_a_clear_lead_the_verdict(listener: EarlyListener) -> None:
    assert say(listener, "已关机") is None
    verdict = listener.at_end()
    assert verdict is not None and verdict.code == "POWER_OFF"
    assert listener.verdict() is None, "it is none as long as the line is there"


@pytest.mark.parametrize(
    "texts", [["空号"], ["已停机"], ["您拨打的号码"], ["喂你好"], ["已关机", "正在通话中"], [""], ["空号", "空号"]]
)
def test_the_end_of_the_line_makes_no_dead_number_and_decides_no_draw(
    listener: EarlyListener, texts: list[str]
) -> None:
    assert say(listener, *texts) is None
    assert listener.at_end() is None
