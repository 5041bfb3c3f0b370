"""The circuit breaker: open at first, closed by a probe, opened by failures among the latest requests."""

from voicebot.rasa.breaker import OPENS_AT, WINDOW, Breaker


def closed() -> Breaker:
    breaker = Breaker("not asked yet")
    breaker.close()
    return breaker


def test_open_until_a_probe_went_well() -> None:
    breaker = Breaker("not asked yet")
    assert (breaker.open, breaker.why) == (True, "not asked yet")
    breaker.succeeded()
    assert breaker.open
    breaker.close()
    assert not breaker.open


def test_opens_at_the_last_of_so_many_failures_and_says_why() -> None:
    breaker = closed()
    assert [breaker.failed(f"failure {n}") for n in range(OPENS_AT)] == [False] * (OPENS_AT - 1) + [True]
    assert breaker.why == f"failure {OPENS_AT - 1}"
    assert not breaker.failed("one that was under way")
    assert breaker.why == f"failure {OPENS_AT - 1}"


def test_every_other_failure_opens_it_too() -> None:
    breaker = closed()
    outcomes = []
    for _ in range(OPENS_AT):
        breaker.succeeded()
        outcomes.append(breaker.failed("timeout"))
    assert outcomes[-1]


def test_failures_of_long_ago_do_not_count() -> None:
    breaker = closed()
    for _ in range(10):
        assert not breaker.failed("timeout")
        for _ in range(WINDOW - 1):
            breaker.succeeded()


def test_closing_forgets() -> None:
    breaker = closed()
    for _ in range(OPENS_AT - 1):
        breaker.failed("timeout")
    breaker.close()
    assert not breaker.failed("timeout")
