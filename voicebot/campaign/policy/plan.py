"""All that a campaign decides, as values. Every part has a default that is careful.

How it is written is plan_reader.py's.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voicebot.campaign.policy.answered import DEFAULT as USUAL_ANSWERED
from voicebot.campaign.policy.answered import AnsweredBy
from voicebot.campaign.policy.calendar import Calendar, own_days
from voicebot.campaign.policy.caller_numbers import HealthRule
from voicebot.campaign.policy.frequency import DEFAULT as USUAL_CAPS
from voicebot.campaign.policy.frequency import FrequencyCap
from voicebot.campaign.policy.order import BestTimes
from voicebot.campaign.policy.pacing import Mode
from voicebot.campaign.policy.retry import DEFAULT as USUAL_RETRY
from voicebot.campaign.policy.retry import RetryPolicy
from voicebot.campaign.policy.windows import MARKETING, Window
from voicebot.understanding.yaml_source import Place


@dataclass(frozen=True)
class ListRules:
    """Which rows of a list become leads. `sources`: known channels, empty for any. `fresh_days`: older rows are STALE,
    0 for no limit. `excludes`: products whose holders are not called. `countries`: ISO codes of numbers."""

    sources: tuple[str, ...] = ()
    fresh_days: int = 0
    excludes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ("CN",)
    landlines: bool = True
    regions_refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arm:
    """One script that the campaign talks by: `script` is a name, or name@digest. `share`: in proportion to others."""

    name: str
    script: str
    share: int = 1


@dataclass(frozen=True)
class Lines:
    """What the campaign may use. `concurrency`: calls at once; `guaranteed`: of these, kept for it when campaigns
    compete; `gateways`: empty for any; `pool`: whose numbers are shown; `same_number`: a lead sees its number again;
    `strategy`: how a number is chosen, a name of caller_numbers.STRATEGIES; `longest_wait`: for an agent, then the
    script goes on as when none comes; None: as long as the script says."""

    concurrency: int = 10
    calls_per_second: float = 5.0
    guaranteed: int = 0
    gateways: tuple[str, ...] = ()
    pool: str = ""
    same_number: bool = True
    strategy: str = "local_by_weight"
    mode: Mode = "fixed"
    abandon_cap: float = 0.03
    longest_wait: datetime.timedelta | None = None


Keep = Literal["none", "verdicts", "all"]


@dataclass(frozen=True)
class BeforeAnswer:
    """What is done with the audio before an answer. `hear_out`: share of the attempts that are not ended on a verdict,
    so that what the carrier's status would have said is learnt; `keep_audio`: whose sound is kept as a file."""

    hear_out: float = 0.05
    keep_audio: Keep = "verdicts"


@dataclass(frozen=True)
class Costs:
    """What the campaign pays, in `currency`. `lead`: a loaded lead, `call`: an attempt, `minute`: a billed minute
    through a gateway that has no price of its own (None: not known), `agent_minute`: a minute of an agent's talk,
    `fixed`: once for the whole campaign."""

    lead: float = 0.0
    call: float = 0.0
    minute: float | None = None
    agent_minute: float = 0.0
    fixed: float = 0.0
    currency: str = "CNY"


@dataclass(frozen=True)
class Plan:
    """All that a campaign decides. `budget_calls` 0 for no limit."""

    name: str
    title: str
    purpose: str
    arms: tuple[Arm, ...]
    place: Place
    zone: str = "Asia/Shanghai"
    country: str = "CN"
    window: Window = MARKETING
    closed: tuple[datetime.date, ...] = ()
    worked: tuple[datetime.date, ...] = ()
    consent: Literal["required", "not_refused"] = "not_refused"
    complaint_months: int = 3
    caps: tuple[FrequencyCap, ...] = USUAL_CAPS
    retry: RetryPolicy = USUAL_RETRY
    answered: AnsweredBy = USUAL_ANSWERED
    before_answer: BeforeAnswer = BeforeAnswer()
    best: BestTimes = field(default_factory=BestTimes)
    list: ListRules = ListRules()
    lines: Lines = Lines()
    health: HealthRule = field(default_factory=HealthRule)
    budget_calls: int = 0
    costs: Costs = Costs()
    targets: Mapping[str, float] = field(default_factory=dict)

    def calendar(self) -> Calendar:
        """The days of its country, with those that it decides otherwise."""
        return Calendar(self.country, own_days(self.closed, self.worked))
