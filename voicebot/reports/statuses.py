"""What carriers' SIP statuses mean, as their own announcements say: words against status, by gateway.

Only attempts that were heard out count: one that we ended on its words has no status of the network.
"""

import json
import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from voicebot.campaign.policy.cause_rules import rules_of
from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.reports.only import Only, attempts
from voicebot.store.store import Store
from voicebot.store.tables import Attempt
from voicebot.store.tables_dialling import Gateway
from voicebot.store.tables_quality import PickUp

LEAST, SHARE = 5, 0.8
"""So many announcements of a status, and such a share of them with one meaning, make a proposal."""
LEAST_DEAD, SHARE_DEAD = 20, 0.98
"""The same where the meaning would be that nobody is ever called again."""
DEAD = frozenset({Code.EMPTY, Code.SUSPENDED})


@dataclass(frozen=True)
class StatusRow:
    """Attempts through a gateway that ended with a status after an announcement. `means`: what the status is taken for
    now, `words`: what was said, in so many `attempts` of the `of` with this status; `agree` whether they are the same.

    `override`: the command that makes the gateway's status mean what was said; empty where there is nothing to learn.
    """

    gateway: str
    sip_status: int | None
    cause: str
    means: str
    words: str
    attempts: int
    of: int
    share: float
    agree: bool
    override: str = ""


def status_report(store: Store, only: Only) -> tuple[StatusRow, ...]:
    """Gateway by gateway, status by status, the most frequent words first. Raises StoreError."""
    query = attempts(
        select(Attempt.gateway, Attempt.sip_status, Attempt.cause, Attempt.q850, PickUp.code, func.count()), only
    ).where(
        PickUp.attempt_id == Attempt.id,
        PickUp.phase == "early",
        PickUp.code.is_not(None),
        PickUp.saved_ms == 0,
        Attempt.answered_at.is_(None),
        Attempt.sip_status.is_not(None),
    )
    groups: dict[tuple[str, int, str, int | None], dict[str, int]] = defaultdict(dict)
    with store.reading() as connection:
        causes = {name: rules or [] for name, rules in connection.execute(select(Gateway.name, Gateway.causes))}
        grouped = query.group_by(Attempt.gateway, Attempt.sip_status, Attempt.cause, Attempt.q850, PickUp.code)
        for gateway, status, cause, q850, code, count in connection.execute(grouped):
            groups[gateway or "", status, cause or "", q850][code] = count
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], item[0][1], item[0][2]))
    return tuple(row for (key, words) in ordered for row in _rows(key, words, causes.get(key[0])))


def _rows(
    key: tuple[str, int, str, int | None], words: Mapping[str, int], causes: Sequence[Any] | None
) -> list[StatusRow]:
    gateway, status, cause, q850 = key
    rules = rules_of(causes or [], gateway)
    outcome = DialOutcome(cause, channel_seen=True, rang=True, sip_status=status, q850=q850)
    means, of = result_code(outcome, rules), sum(words.values())
    return [
        StatusRow(
            gateway=gateway,
            sip_status=status,
            cause=cause,
            means=str(means),
            words=code,
            attempts=count,
            of=of,
            share=count / of,
            agree=code == str(means),
            override=_override(gateway, {"cause": cause, "sip_status": status}, Code(code), means, count, of, causes),
        )
        for code, count in sorted(words.items(), key=lambda item: (-item[1], item[0]))
    ]


def _override(
    gateway: str,
    told: Mapping[str, Any],
    code: Code,
    means: Code,
    count: int,
    of: int,
    causes: Sequence[Any] | None,
) -> str:
    """The whole list with the new rule before the present ones: the first that fits holds. The rule names all that the
    network `told`: one status comes with several causes, and the words were about one of them."""
    least, share = (LEAST_DEAD, SHARE_DEAD) if code in DEAD else (LEAST, SHARE)
    if code == means or count < least or count < share * of or causes is None:
        return ""
    rule = {"code": str(code), **{name: value for name, value in told.items() if value}}
    rules = json.dumps([rule, *causes], ensure_ascii=False)
    return f"voicebot line gateway set {shlex.quote(gateway)} --causes {shlex.quote(rules)}"
