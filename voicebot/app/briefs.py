"""What a call server is told of an attempt before it talks: looked up in the store by the channel's UUID."""

from dataclasses import dataclass, field

from voicebot.app.leads import lead_variables
from voicebot.app.scripts import Scripts
from voicebot.call.brief import Brief, FindBrief
from voicebot.campaign.policy.answered import DEFAULT as USUAL_ANSWERED
from voicebot.campaign.policy.answered import AnsweredBy
from voicebot.campaign.policy.cause_rules import rules_of
from voicebot.campaign.policy.plan import BeforeAnswer
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.dialog.journal import from_dict
from voicebot.store.attempts import events_of, planned_attempt
from voicebot.store.campaigns import plan_in_force
from voicebot.store.store import Store


@dataclass(frozen=True)
class Wishes:
    """What a campaign wants of machines, of early media and of waiting; as usual for calls without a campaign."""

    answered_by: AnsweredBy = USUAL_ANSWERED
    before_answer: BeforeAnswer = field(default_factory=BeforeAnswer)
    longest_wait_ms: int | None = None


USUAL = Wishes()


class PlansInForce:
    """The wishes of campaigns; a plan is read again only when its text has changed. For native threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, tuple[str, Wishes]] = {}

    def wishes(self, campaign_id: str | None) -> Wishes:
        """Of this campaign, as of now. Raises StoreError."""
        text = "" if campaign_id is None else plan_in_force(self._store, campaign_id)
        if campaign_id is None or not text:
            return USUAL
        known, wishes = self._read.get(campaign_id, ("", USUAL))
        if known != text:
            plan = read_plan(text, f"the plan of {campaign_id}")
            longest = plan.lines.longest_wait
            longest_ms = None if longest is None else round(longest.total_seconds() * 1000)
            wishes = Wishes(plan.answered, plan.before_answer, longest_ms)
            self._read[campaign_id] = text, wishes
        return wishes


def brief_finder(store: Store, scripts: Scripts) -> FindBrief:
    """Looks attempts up in the store, with the version of a script that each is spoken to by."""
    plans = PlansInForce(store)

    def find(attempt_id: str) -> Brief | None:
        planned = planned_attempt(store, attempt_id)
        if planned is None:
            return None
        happened = tuple(from_dict(dict(body)) for body in events_of(store, attempt_id))
        stored = scripts.of_call(planned.lead_id, happened)
        wishes = plans.wishes(planned.campaign_id)
        return Brief(
            attempt_id=planned.attempt_id,
            number=planned.number,
            stored=stored,
            variables=lead_variables(stored.script, planned.number, planned.variables),
            happened=happened,
            longest_wait_ms=wishes.longest_wait_ms,
            answered_by=wishes.answered_by,
            before_answer=wishes.before_answer,
            causes=rules_of(planned.causes, planned.gateway),
        )

    return find
