"""`--help` of every command: one style, nothing cut off, every option explained."""

from collections.abc import Iterator

import click
import pytest

from voicebot.cli import root


def walk(command: click.Command, names: tuple[str, ...] = ("voicebot",)) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(names), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from walk(inner, (*names, name))


EVERY = dict(walk(root))
GROUPS = [name for name, command in EVERY.items() if isinstance(command, click.Group)]


def rows(group: str) -> list[tuple[str, str]]:
    """Name and text of each command as the group's help lists them."""
    formatter = click.HelpFormatter(width=10_000)
    EVERY[group].format_options(click.Context(EVERY[group]), formatter)
    lines = formatter.getvalue().partition("Commands:\n")[2].splitlines()
    return [(name, text) for name, _, text in (line.strip().partition("  ") for line in lines)]


def test_there_are_commands_to_look_at() -> None:
    assert {"voicebot demo", "voicebot line number add", "voicebot qa sample"} <= EVERY.keys()


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_lists_whole_sentences(group: str) -> None:
    listed = rows(group)
    assert listed
    for name, text in listed:
        sentence = text.strip()
        assert sentence[0].isupper(), f"{group} {name}: {sentence}"
        assert sentence.endswith("."), f"{group} {name}: {sentence}"
        assert not sentence.endswith("..."), f"{group} {name}: {sentence}"


@pytest.mark.parametrize("name", EVERY)
def test_a_command_says_what_it_does_and_what_its_options_mean(name: str) -> None:
    assert EVERY[name].help, name
    for option in EVERY[name].params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts[0]}"


def test_what_many_commands_take_is_spelt_alike() -> None:
    options = [option for command in EVERY.values() for option in command.params if isinstance(option, click.Option)]
    spelt: dict[str, set[str]] = {}
    for option in options:
        spelt.setdefault(option.opts[0], set()).add(option.name or "")
    assert spelt["--json"] == {"as_json"}
    assert spelt["--csv"] == {"as_csv"}
    assert {option.metavar for option in options if option.opts[0] == "--by"} == {"NAME"}
