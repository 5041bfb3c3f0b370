"""Thirty attempts of two campaigns, small enough to count by hand; what the reports must say stands in the tests.

All that there is to count is in the texts below, in Shanghai time: Sunday 1 and Monday 2 March 2026, in two weeks.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from tests.store.samples import attempt_id
from voicebot.campaign.policy.codes import Code
from voicebot.store.campaigns import create
from voicebot.store.ingest import put
from voicebot.store.records import (
    AttemptResult,
    AttemptStarted,
    CallResult,
    HandoffRecord,
    Record,
    SaidRecord,
    StopAsked,
    TurnRecord,
    VisitRecord,
)
from voicebot.store.store import Store
from voicebot.store.tables import Lead
from voicebot.store.tables_dialling import Complaint, Gateway, OwnNumber
from voicebot.store.tables_quality import Agent, AgentSpell, Outcome

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = {"Sun": (2026, 3, 1), "Mon": (2026, 3, 2)}
NUMBERS = {"n1": "051200000001", "n2": "051200000002", "n3": "051200000003"}

SPRING = """
campaign: spring
title: 春季邀约
purpose: wecom
script: invite
costs: {lead: 0.10, call: 0.02, agent_minute: 1, fixed: 10}
targets: {connect_rate: 80%, intent_rate: 40%, adds: 4}
"""
LOAN = """
campaign: loan
title: 贷款
purpose: loan
script: loan
costs: {call: 0.05, minute: 0.30}
"""

# S: spring, K: loan. Scores of spring are rates, those of loan are points.
LEADS = """
lead source persona area carrier score state   code
S1   天猫   worker  苏州 移动    0.9   done    TRANSFERRED
S2   京东   worker  上海 联通    0.3   done    CUSTOMER_HANGUP
S3   天猫   worker  苏州 移动    0.8   done    TRANSFERRED
S4   京东   retired 上海 联通    0.2   done    EMPTY
S5   天猫   retired 苏州 移动    0.1   done    CUSTOMER_HANGUP
S6   京东   retired 上海 联通    0.2   done    ROBOT_END
S7   天猫   worker  苏州 移动    0.7   done    ROBOT_END
S8   京东   retired 上海 联通    0.4   done    ROBOT_END
S9   天猫   worker  苏州 移动    0.6   done    CUSTOMER_HANGUP
S10  京东   retired 上海 联通    0.3   done    ROBOT_END
S11  天猫   worker  苏州 移动    0.5   claimed -
S12  天猫   worker  苏州 移动    0.5   refused STOP_LIST
S13  京东   worker  上海 联通    0.5   refused COMPLAINT
K1   抖音   worker  苏州 移动    60    done    ROBOT_END
K2   抖音   worker  苏州 移动    30    done    CUSTOMER_HANGUP
K3   抖音   worker  苏州 移动    20    done    POWER_OFF
K4   抖音   retired 苏州 移动    40    done    CUSTOMER_HANGUP
K5   抖音   worker  苏州 移动    90    done    TRANSFERRED
K6   抖音   worker  苏州 移动    80    done    ROBOT_END
K7   抖音   retired 苏州 移动    50    done    ROBOT_END
K8   抖音   worker  苏州 移动    10    refused STOP_LIST
K9   抖音   worker  苏州 移动    70    done    REJECTED
"""

# Rang, answered, ended: seconds since it was dialled. 18 is still in the air.
ATTEMPTS = """
n  lead day time  line shown try rang answered ended  code            by
1  S1   Sun 09:10 g1   n1    1   2    10       70     TRANSFERRED     agent
2  S2   Sun 09:20 g1   n1    1   2    -        32     NO_ANSWER       switch
3  S3   Sun 09:30 g1   n1    1   -    -        3      BUSY            switch
4  S4   Sun 09:40 g2   n2    1   -    -        2      EMPTY           switch
5  S5   Sun 10:05 g2   n2    1   3    8        10.3   CUSTOMER_HANGUP customer
6  S6   Sun 10:10 g1   n1    1   2    12       24     ROBOT_END       robot
7  S7   Sun 10:20 g2   n2    1   3    15       45     ROBOT_END       robot
8  S8   Sun 11:00 g2   n2    1   -    -        1      LINE_ERROR      switch
9  S2   Sun 14:10 g1   n1    2   2    8        17.2   CUSTOMER_HANGUP customer
10 S3   Sun 14:15 g1   n1    2   -    -        3      BUSY            switch
11 S8   Sun 14:20 g2   n2    1   4    24       30     VOICEMAIL       robot
12 S9   Sun 15:00 g1   n2    1   2    -        6      REJECTED        customer
13 S3   Mon 07:50 g1   n1    3   2    11       86     TRANSFERRED     agent
14 S9   Mon 09:10 g2   n2    2   3    10       30     CUSTOMER_HANGUP customer
15 S10  Mon 09:30 g1   n1    1   2    -        27     NO_ANSWER       switch
16 S8   Mon 09:40 g2   n2    2   3    8        48     ROBOT_END       robot
17 S10  Mon 14:00 g1   n1    2   2    10       25     ROBOT_END       robot
18 S11  Mon 14:30 g1   n1    1   -    -        -      -               -
19 K1   Sun 16:00 g3   n3    1   1    10       60     ROBOT_END       robot
20 K2   Sun 16:05 g3   n3    1   1    -        31     NO_ANSWER       switch
21 K3   Sun 16:10 g3   n3    1   -    -        4      POWER_OFF       switch
22 K4   Sun 16:15 g3   n3    1   1    7        11.5   CUSTOMER_HANGUP customer
23 K5   Sun 16:20 g3   n3    1   1    8        41     TRANSFERRED     agent
24 K6   Sun 16:25 g3   n3    1   -    -        3      BUSY            switch
25 K2   Sun 19:00 g3   n3    2   1    13       38     CUSTOMER_HANGUP customer
26 K3   Mon 16:00 g3   n3    2   -    -        4      POWER_OFF       switch
27 K6   Mon 16:05 g3   n3    2   1    9        70     ROBOT_END       robot
28 K7   Mon 16:10 g3   n3    1   -    -        2      CONGESTION      switch
29 K7   Mon 16:12 g3   n3    1   1    6        24     ROBOT_END       robot
30 K9   Mon 16:20 g3   n3    1   1    -        4      REJECTED        customer
"""

# A call: number, grade, script@version. Its lines, in seconds since the answer:
#   NODE from-to ended_by [playing|listening OFFSET] [silent N] [unclear N]  a visit; its prompt is 3 s long
#   "WORDS" from-to CHOICE|- [barge]         a turn in the node above; the robot answers 600 ms after it
#   agent NAME at AT waited S ring S talked S hold S OUTCOME                 a try of a hand-off
CALLS = """
1 A invite@1
  opening 0-8 answer:yes
  "您说吧" 5-5.6 yes
  benefit 8-14 hand_off
  "可以啊" 12.5-13.2 agree
  agent amy at 14 waited 6 ring 4 talked 40 hold 0 answered
5 E invite@1
  opening 0-2.3 hangup playing 2.3
6 D invite@1
  opening 0-6 answer:no
  "别再打了" 2.5-4.5 no barge
  closing 6-12 finished
7 B invite@1
  opening 0-7 answer:yes
  "嗯" 4-4.5 yes
  benefit 7-20 answer:more
  "有什么好处" 11-12 more
  benefit 20-27 answer:later
  "再说吧" 24-25 later
  closing 27-30 finished
9 C invite@1
  opening 0-5 answer:yes
  "喂" 2.5-3.6 yes barge
  benefit 5-9.2 hangup listening 1.2
11 E invite@1
  opening 0-6 finished
13 A invite@2
  opening 0-6 answer:yes
  "可以" 4-4.6 yes
  benefit 6-15 hand_off
  "好的加吧" 12-13 agree
  agent amy at 15 waited 2 ring 0 talked 0 hold 0 busy
  agent bob at 17 waited 8 ring 6 talked 50 hold 10 answered
14 A invite@2
  opening 0-6 answer:yes
  "行" 4-4.4 yes
  benefit 6-20 hangup listening 11
  "可以加" 9.5-10.5 agree
  agent amy at 11 waited 9 ring 9 talked 0 hold 0 customer_left
16 C invite@2
  opening 0-16 no_match unclear 2
  "今天天气" 4.5-5 -
  "喂喂" 12-13 -
  benefit 16-36 no_match silent 1 unclear 1
  "不知道" 20-21 -
  closing 36-40 finished
17 D invite@2
  opening 0-9 answer:no
  "不需要" 5-6 no
  closing 9-15 finished
19 B loan@1
  opening 0-8 answer:yes
  "您好" 4-5 yes
  benefit 8-30 answer:more
  "利息多少" 12-13 more
  benefit 30-46 answer:later
  "考虑一下" 40-41 later
  closing 46-50 finished
22 E loan@1
  opening 0-4.5 hangup listening 1.5
23 A loan@1
  opening 0-5 answer:yes
  "说" 3.5-4 yes
  benefit 5-10 hand_off
  "要" 8.5-9 agree
  agent bob at 10 waited 3 ring 3 talked 20 hold 0 answered
25 C loan@1
  opening 0-10 answer:yes silent 1
  "啊" 8-8.5 yes
  benefit 10-25 hangup listening 12
27 A loan@1
  opening 0-10 answer:yes
  "你说" 5-6 yes
  benefit 10-50 answer:agree
  "我要办" 20-21 agree
  closing 50-61 finished
29 D loan@1
  opening 0-10 answer:no
  "别打了" 5-6 no
  closing 10-18 finished
"""

STOPS = {6: "stop_request: 别再打了", 29: "stop_request: 别打了"}
"""Attempt and reason."""

# Who, when, what; the second is about a call that nobody named.
COMPLAINTS = """
lead day time  attempt shown
S10  Mon 18:00 17      n1
S5   Mon 12:00 -       n2
"""

OUTCOMES = """
key lead type  day time  amount attempt
o1  S1   added Sun 15:00 -      1
o2  S7   added Mon 10:00 -      7
o3  S3   added Mon 20:00 -      13
o4  S1   order Mon 11:00 200    1
o5  K6   order Mon 20:00 1000   27
o6  K5   added Sun 18:00 -      23
o7  S4   added Mon 12:00 -      -
"""
"""o7: a lead that no call reached."""

# State from a moment on, until the next line of the same agent.
SPELLS = """
agent day time     state
amy   Sun 09:00:00 idle
amy   Sun 09:10:26 ringing
amy   Sun 09:10:30 talking
amy   Sun 09:11:10 wrap_up
amy   Sun 09:11:30 idle
amy   Sun 09:20:00 pause
amy   Sun 09:25:00 idle
amy   Sun 09:30:00 offline
amy   Mon 07:40:00 idle
amy   Mon 09:10:21 ringing
amy   Mon 09:10:30 idle
amy   Mon 09:40:00 offline
bob   Sun 16:00:00 idle
bob   Sun 16:20:18 ringing
bob   Sun 16:20:21 talking
bob   Sun 16:20:41 wrap_up
bob   Sun 16:21:11 idle
bob   Sun 17:00:00 offline
bob   Mon 07:40:00 idle
bob   Mon 07:50:30 ringing
bob   Mon 07:50:36 talking
bob   Mon 07:51:26 wrap_up
bob   Mon 07:51:56 idle
bob   Mon 08:40:00 offline
"""

SWITCH_SAYS = {
    "TRANSFERRED": ("NORMAL_CLEARING", 16, 200),
    "CUSTOMER_HANGUP": ("NORMAL_CLEARING", 16, 200),
    "ROBOT_END": ("NORMAL_CLEARING", 16, 200),
    "VOICEMAIL": ("NORMAL_CLEARING", 16, 200),
    "NO_ANSWER": ("NO_ANSWER", 19, 480),
    "BUSY": ("USER_BUSY", 17, 486),
    "REJECTED": ("CALL_REJECTED", 21, 603),
    "EMPTY": ("UNALLOCATED_NUMBER", 1, 404),
    "POWER_OFF": ("SUBSCRIBER_ABSENT", 20, 480),
    "LINE_ERROR": ("NORMAL_TEMPORARY_FAILURE", 41, 500),
    "CONGESTION": ("NORMAL_CIRCUIT_CONGESTION", 34, 503),
}


def at(day: str, time: str) -> datetime:
    """A moment in Shanghai: `Sun 09:10`, with seconds if wanted."""
    hour, minute, *second = map(int, time.split(":"))
    return datetime(*DAYS[day], hour, minute, *second, tzinfo=ZONE)


def number_of(lead: str) -> str:
    """S1 is +8613800000001, K1 +8613900000001."""
    return f"+861{'38' if lead[0] == 'S' else '39'}{int(lead[1:]):08}"


def count_by_hand(store: Store) -> dict[str, int]:
    """Write all of it; the row ids of the leads by name."""
    for plan in (SPRING, LOAN):
        create(store, plan, "hand-counted plan")
    versions = {
        f"{script}@{version}": store.add_script_version(script, version, script, f"script: {script} {version}\n")
        for script, version in (("invite", "1"), ("invite", "2"), ("loan", "1"))
    }
    leads = _leads(store)
    assert put(store.engine, list(_records(leads, versions))) == ()
    _rest(store, leads)
    return leads


def _rows(text: str) -> Iterator[dict[str, str]]:
    head, *lines = text.strip().splitlines()
    for line in lines:
        yield dict(zip(head.split(), line.split(), strict=True))


def _leads(store: Store) -> dict[str, int]:
    ids: dict[str, int] = {}
    with store.writing() as connection:
        for row in _rows(LEADS):
            lead = row.pop("lead")
            values = row | {
                "campaign_id": "spring" if lead[0] == "S" else "loan",
                "key": lead,
                "number": number_of(lead),
                "variables": {"level": "gold" if row["persona"] == "worker" else "silver"},
                "created_at": at("Sun", "08:00"),
                "score": float(row["score"]),
                "code": None if row["code"] == "-" else row["code"],
            }
            ids[lead] = connection.execute(insert(Lead).values(values).returning(Lead.id)).scalar_one()
    return ids


def _records(leads: dict[str, int], versions: dict[str, int]) -> Iterator[Record]:
    calls = dict(_calls())
    for row in _rows(ATTEMPTS):
        n, lead, start = int(row["n"]), row["lead"], at(row["day"], row["time"])
        yield AttemptStarted(
            attempt_id(n),
            "spring" if lead[0] == "S" else "loan",
            leads[lead],
            number_of(lead),
            row["line"],
            start,
            NUMBERS[row["shown"]],
            int(row["try"]),
        )
        if row["code"] == "-":
            continue
        rang, answered, ended = (
            None if row[name] == "-" else start + timedelta(seconds=float(row[name]))
            for name in ("rang", "answered", "ended")
        )
        assert ended is not None
        if answered is not None:
            yield _call(n, row, calls[n], (ended - answered) // timedelta(milliseconds=1), versions)
        yield AttemptResult(
            attempt_id(n), Code(row["code"]), ended, rang, answered, row["by"], *SWITCH_SAYS[row["code"]]
        )
        if n in STOPS:
            yield StopAsked(attempt_id(n), number_of(lead), STOPS[n], ended)


def _calls() -> Iterator[tuple[int, list[str]]]:
    """Each call's lines by its number."""
    for line in CALLS.strip().splitlines():
        if not line.startswith(" "):
            lines = [line]
            yield int(line.split()[0]), lines
        else:
            lines.append(line)


def _ms(seconds: str) -> int:
    return round(float(seconds) * 1000)


def _call(n: int, row: dict[str, str], lines: list[str], talk_ms: int, versions: dict[str, int]) -> CallResult:
    _, grade, version = lines[0].split()
    visits: list[VisitRecord] = []
    turns: list[TurnRecord] = []
    said: list[SaidRecord] = []
    handoffs: list[HandoffRecord] = []
    for line in lines[1:]:
        words = line.split()
        if words[0] == "agent":
            fields = dict(zip(words[2:-1:2], words[3:-1:2], strict=True))
            handoffs.append(
                HandoffRecord(
                    len(handoffs),
                    "sales",
                    _ms(fields["at"]),
                    words[-1],
                    _ms(fields["waited"]),
                    _ms(fields["talked"]),
                    words[1],
                    _ms(fields["ring"]),
                    _ms(fields["hold"]),
                )
            )
        elif words[0].startswith('"'):
            turns.append(_turn(len(turns), visits[-1].node, words))
        else:
            visit = _visit(len(visits), words)
            visits.append(visit)
            said.append(
                SaidRecord(len(said), visit.node, visit.entered_ms, "话术", "话术", visit.heard_ms, visit.heard_ms)
            )
    voicemail = row["code"] == "VOICEMAIL"
    return CallResult(
        attempt_id(n),
        versions[version],
        Code.ROBOT_END if voicemail else Code(row["code"]),
        row["by"],
        visits[-1].node,
        talk_ms,
        grade,
        f"rule {grade}",
        Code.VOICEMAIL if voicemail else Code.HUMAN,
        visits=tuple(visits),
        turns=tuple(turns),
        said=tuple(said),
        handoffs=tuple(handoffs),
    )


def _visit(seq: int, words: list[str]) -> VisitRecord:
    node, span, ended_by, *more = words
    begin, end = map(_ms, span.split("-"))
    told = dict(zip(more[::2], more[1::2], strict=True))
    phase = next((name for name in ("playing", "listening") if name in told), None)
    return VisitRecord(
        seq,
        node,
        node,
        begin,
        end,
        ended_by,
        prompt_ms=0 if phase == "playing" else 3_000,
        heard_ms=min(3_000, end - begin),
        hangup_phase=phase,
        offset_ms=_ms(told[phase]) if phase else None,
        no_inputs=int(told.get("silent", 0)),
        no_matches=int(told.get("unclear", 0)),
    )


def _turn(seq: int, node: str, words: list[str]) -> TurnRecord:
    text, span, choice, *more = words
    begin, end = map(_ms, span.split("-"))
    known = choice != "-"
    return TurnRecord(
        seq,
        node,
        begin,
        end,
        text.strip('"'),
        intent=choice if known else None,
        score=1.0 if known else 0.0,
        matched_by="keyword" if known else "nothing",
        choice=choice if known else None,
        barge_in="barge" in more,
        latency_ms=600,
        barge_in_ms=200 if "barge" in more else None,
    )


def _rest(store: Store, leads: dict[str, int]) -> None:
    """What does not come from calls."""
    spells = [(row["agent"], at(row["day"], row["time"]), row["state"]) for row in _rows(SPELLS)]
    with store.writing() as connection:
        for name, price, unit in (("g1", 0.12, 60), ("g2", 0.10, 6), ("g3", None, 60)):
            row = {"name": name, "max_calls": 10, "calls_per_second": 5, "price_minute": price, "bill_s": unit}
            connection.execute(insert(Gateway).values(row | {"since": at("Sun", "08:00")}))
        for number in NUMBERS.values():
            row = {"number": number, "gateway": "", "weight": 1, "area": "", "state": "active", "because": ""}
            connection.execute(insert(OwnNumber).values(row | {"since": at("Sun", "08:00")}))
        for name in ("amy", "bob"):
            row = {"name": name, "title": name.title(), "dial": f"user/{name}", "state": "offline"}
            connection.execute(insert(Agent).values(row | {"state_since": at("Mon", "10:00")}))
        for (agent, began, state), (after, ended, _) in zip(spells, [*spells[1:], ("", None, "")], strict=True):
            row = {"agent": agent, "state": state, "began_at": began, "ended_at": ended if agent == after else None}
            connection.execute(insert(AgentSpell).values(row))
        for row in _rows(COMPLAINTS):
            connection.execute(
                insert(Complaint).values(
                    number=number_of(row["lead"]),
                    made_at=at(row["day"], row["time"]),
                    words="打得太多",
                    source="person",
                    caller_number=NUMBERS[row["shown"]],
                    attempt_id=None if row["attempt"] == "-" else attempt_id(int(row["attempt"])),
                )
            )
        for row in _rows(OUTCOMES):
            lead = row["lead"]
            connection.execute(
                insert(Outcome).values(
                    key=row["key"],
                    campaign_id="spring" if lead[0] == "S" else "loan",
                    lead_id=leads[lead],
                    attempt_id=None if row["attempt"] == "-" else attempt_id(int(row["attempt"])),
                    number=number_of(lead),
                    type=row["type"],
                    at=at(row["day"], row["time"]),
                    amount=None if row["amount"] == "-" else float(row["amount"]),
                    source="import",
                )
            )
