"""Settings from the environment: the wanted kind, the wanted range, and what a command line puts in their place."""

import dataclasses
from pathlib import Path

import pytest

from voicebot.errors import UsageError
from voicebot.settings import Settings, load


def test_without_an_environment_every_setting_has_its_default():
    assert load({}) == Settings()


def test_each_kind_is_read_from_its_variable():
    told = {"MAX_CALLS": "7", "CALLS_PER_SECOND": "0.5", "AVMD": "yes", "GATEWAY": "trunk", "DATA_DIR": "there"}
    found = load({f"VOICEBOT_{name}": text for name, text in told.items()})
    assert (found.max_calls, found.calls_per_second, found.avmd, found.gateway) == (7, 0.5, True, "trunk")
    assert found.data_dir == Path("there").resolve()


def test_the_command_line_goes_before_the_environment_where_it_says_anything():
    assert load({"VOICEBOT_SERVE_PORT": "9000"}, serve_port=0).serve_port == 0
    assert load({"VOICEBOT_SERVE_PORT": "9000"}, serve_port=None).serve_port == 9000


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("MAX_CALLS", "many", "a whole number"),
        ("RASA_DEADLINE_MS", "0", "from 1 to 5000"),
        ("AVMD", "perhaps", "yes or no"),
        ("RECOGNISERS", "0", "from 1 to 256"),
        ("SWITCH_PORT", "99999", "from 1 to 65535"),
        ("MIN_CONFIDENCE", "7", "from 0 to 1"),
        ("MIN_CONFIDENCE", "nan", "from 0 to 1"),
        ("CALLS_PER_SECOND", "0", "from 0.01 to 1000"),
        ("RING_TIMEOUT_S", "-1", "from 2 to 600"),
        ("KEEP_AUDIO_DAYS", "-1", "from 0 to 36500"),
    ],
)
def test_what_is_no_value_is_named_with_what_is_wanted(name, text, wanted):
    with pytest.raises(UsageError, match=f"VOICEBOT_{name}=.*{text}.* is not {wanted}"):
        load({f"VOICEBOT_{name}": text})


def test_every_figure_has_a_range():
    figures = [item for item in dataclasses.fields(Settings) if type(item.default) in (int, float)]
    assert figures
    assert [item.name for item in figures if item.metadata["within"] is None] == []
