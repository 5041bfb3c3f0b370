"""The linter: faults of a conversation in a script that is well formed. `check` runs every rule.

The rules are in check_graph, check_words, check_prompts, check_grades and check_use; schema and names are the loader's.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from voicebot.dialog.check_codes import CODES
from voicebot.dialog.check_grades import check_grades
from voicebot.dialog.check_graph import check_graph
from voicebot.dialog.check_prompts import DISCLOSURE, check_prompts
from voicebot.dialog.check_use import check_use
from voicebot.dialog.check_words import check_words
from voicebot.dialog.findings import Finding, finding, in_order, with_severity
from voicebot.dialog.script import Allowance, Script
from voicebot.understanding.nlu_yaml import Training

STOP_INTENT = "stop_calling"


@dataclass(frozen=True)
class Policy:
    """What an installation wants of every script. `disclose`: the opening must have one of these words, none: need not
    say that a machine speaks. `may_ask`: whether a look-up may go to this address."""

    disclose: tuple[str, ...] = DISCLOSURE
    may_ask: Callable[[str], bool] = lambda _url: True


def check(
    script: Script,
    training: Training | None = None,
    columns: Collection[str] | None = None,
    policy: Policy = Policy(),  # frozen
    besides: Iterable[Finding] = (),
) -> tuple[Finding, ...]:
    """Every finding that the script does not allow itself, in the file's order.

    `training`: the intents it will run with; `columns`: of the lead file; `besides`: findings about it from elsewhere.
    """
    found = [
        *check_graph(script),
        *check_grades(script),
        *_stop(script),
        *_columns(script, columns),
        *_hosts(script, policy.may_ask),
        *check_use(script),
        *check_words(script, training),
        *check_prompts(script, script.disclose or policy.disclose),
        *besides,
    ]
    return in_order(_allowed(script, found))


def _stop(script: Script) -> Iterator[Finding]:
    if not any(STOP_INTENT in answer.intents for answer in script.anywhere):
        yield finding("no-stop", script.place, f"nothing in 'anywhere' takes the intent {STOP_INTENT!r}")


def _columns(script: Script, columns: Collection[str] | None) -> Iterator[Finding]:
    for need in script.needs.values():
        if columns is not None and need.default is None and need.name not in columns:
            yield finding("missing-column", need.place, f"no column {need.name!r}; it has {', '.join(sorted(columns))}")


def _hosts(script: Script, may_ask: Callable[[str], bool]) -> Iterator[Finding]:
    for service in script.services.values():
        if not may_ask(service.url):
            yield finding("service-host", service.place, f"{service.name!r} asks {service.url}, which is not allowed")


# --- what the script allows itself -------------------------------------------------------------------
def _allowed(script: Script, found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that are left, some more or less serious, and the allowances that none of them needed."""
    used: set[Allowance] = set()
    for one in found:
        allowances = [each for each in script.allow if _is_meant(each, one)]
        used.update(allowances)
        if not allowances:
            yield one
        elif allowances[0].severity is not None:
            yield with_severity(one, allowances[0].severity)
    for each in script.allow:
        if each not in used:
            where = f" in node {each.node!r}" if each.node else ""
            yield finding("allow-unused", each.place, f"no finding {each.code!r}{where}", each.node)


def _is_meant(each: Allowance, one: Finding) -> bool:
    """Whether the allowance is for this finding; one for the use of a flow is for all its nodes."""
    if each.code != one.code or each.code not in CODES:
        return False
    return each.node is None or one.node == each.node or (one.node or "").startswith(f"{each.node}.")
