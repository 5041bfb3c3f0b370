"""A recogniser that hangs: noticed by the frames that it leaves waiting."""

from tests.call.rehearsal import FakeEar
from voicebot.call.deafness import DEAF_MS, watch
from voicebot.speech.hearing import EarEvent, EarFault


def test_an_ear_that_keeps_up_is_left_alone_until_it_does_not() -> None:
    told: list[EarEvent] = []
    ear = FakeEar(told.append, lambda frame, at_ms: None)
    looks = 0
    stats = ear.stats

    def hanging_from_the_third_look_on() -> object:
        nonlocal looks
        looks += 1
        ear.lag_ms = DEAF_MS + 200 if looks == 3 else DEAF_MS - 1
        return stats()

    ear.stats = hanging_from_the_third_look_on  # type: ignore[assignment,method-assign]
    watch(ear, told.append, look_s=0).join()
    (fault,) = told
    assert isinstance(fault, EarFault)
    assert fault.dead
    assert "5.2 s" in fault.what
    assert looks == 3
