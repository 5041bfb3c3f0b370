"""One call of a round on the screen: for the reviewer without the robot's grade, or with everything."""

from collections.abc import Sequence

import click

from voicebot.qa.dossier import Dossier
from voicebot.qa.reasons import GRADES_MEAN
from voicebot.qa.transcript import transcript_line
from voicebot.qa.verdicts import Verdict
from voicebot.reports.calls import clock


def echo_call(call: Dossier) -> None:
    """Recording, node path, transcript: what a reviewer sees before the verdict."""
    click.echo(f"call {call.sample.number}  {call.robot.attempt_id}  {call.robot.number}  {clock(call.length_ms)}")
    click.echo(f"recording: {call.recording or 'none'}  (left: customer, right: robot)")
    click.echo("nodes: " + " → ".join(f"{stop.node} {clock(stop.at_ms)}" for stop in call.nodes))
    for line in call.lines:
        click.echo(f"  {transcript_line(line)}")


def echo_legend() -> None:
    """How to read a call, and what the grades mean."""
    click.echo("R robot, C customer with his turn's number, H agent; — not heard to the end; in brackets: taken for")
    click.echo("\n".join(f"{grade}  {meaning}" for grade, meaning in GRADES_MEAN.items()) + "\n")


def echo_robot(call: Dossier) -> None:
    """The robot's grade with its evidence."""
    talk = call.robot.talk
    if talk is None:
        return
    click.echo(f"robot: {talk.grade}, {talk.grade_rule}")
    for proof in talk.evidence:
        click.echo(f"  {clock(proof.at_ms)} {proof.what}{f': {proof.text}' if proof.text else ''}")
    for name, value in talk.slots.items():
        click.echo(f"  {name} = {value}")
    click.echo(f"drawn because: {call.sample.why}; stands for {call.sample.weight:.1f} calls of {call.sample.stratum}")


def echo_verdicts(given: Sequence[Verdict]) -> None:
    """What reviewers found."""
    for one in given:
        parts = [one.grade, "passed" if one.passed else "not passed", ", ".join(one.reasons), one.note]
        click.echo(f"{one.reviewer}{' (final)' if one.final else ''}: {'; '.join(part for part in parts if part)}")
        for each in one.corrections:
            click.echo(f"  turn {each.turn} is {each.intent}{f': {each.text}' if each.text else ''}")
