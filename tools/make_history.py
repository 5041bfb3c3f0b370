"""A past made up from a seed, to measure reports with: `python -m tools.make_history URL [--attempts N] [--days N]`.

A million attempts have three million turns. Three campaigns call by two scripts, one of them in two versions that are
compared, two of them the same numbers; answers depend on the hour, the line and the number shown, talks on the script,
and leads are called again. Every report has rows of it.
"""

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from tools.made_up_agents import taken_by_agents
from tools.made_up_pick_ups import PickUps
from tools.made_up_talks import Talk, talks
from tools.made_up_world import (
    ARMS,
    CAMPAIGNS,
    FLAGGED,
    GATEWAYS,
    NUMBERS,
    SCRIPTS,
    SHARED,
    Versions,
    add_campaigns,
    add_lines,
    add_lists,
)
from voicebot.campaign.policy.codes import Code
from voicebot.store.store import Store, open_store

LAST_DAY = date(2026, 3, 31)
AHEAD = timedelta(hours=8)
"""The campaigns' zone has no summer time."""
LEADS_OF_ATTEMPTS = 0.6
SOURCES, CARRIERS = ("天猫", "京东", "抖音"), ("移动", "联通", "电信")
PERSONAS = ("worker", "retired", "student", "parent")
CITIES = ("上海", "北京", "杭州", "南京", "苏州", "成都", "武汉", "西安", "广州", "深圳", "天津", "重庆", "青岛")
LEVELS = ("gold", "silver", "bronze")
HOURS = {9: 8, 10: 12, 11: 11, 12: 4, 13: 5, 14: 10, 15: 11, 16: 12, 17: 9, 18: 8, 19: 6}
BEST = {9: 0.9, 10: 1.05, 11: 1.0, 12: 1.15, 13: 1.1, 14: 0.9, 15: 0.9, 16: 0.95, 17: 1.05, 18: 1.2, 19: 1.15}
ANSWER = 0.65
UNANSWERED = {
    (Code.NO_ANSWER, "NO_ANSWER", 19, 480): 55,
    (Code.BUSY, "USER_BUSY", 17, 486): 16,
    (Code.POWER_OFF, "SUBSCRIBER_ABSENT", 20, 480): 10,
    (Code.REJECTED, "CALL_REJECTED", 21, 603): 8,
    (Code.EMPTY, "UNALLOCATED_NUMBER", 1, 404): 5,
    (Code.LINE_ERROR, "NORMAL_TEMPORARY_FAILURE", 41, 500): 4,
    (Code.CONGESTION, "NORMAL_CIRCUIT_CONGESTION", 34, 503): 2,
}
AGAIN = {Code.NO_ANSWER: 0.9, Code.BUSY: 0.9, Code.POWER_OFF: 0.6, Code.REJECTED: 0.2, Code.LINE_ERROR: 1.0}
MAX_TRIES = 3
STOPS = {"B": 0.002, "C": 0.01, "D": 0.04}
"""Chance that a customer asks to be called no more, by the grade of his talk."""
ASKED = "asked"
"""Hand-offs before agents are found for them."""
TALKS_KEPT = 4_000
"""So many different talks a version; calls take from these."""

Row = tuple[Any, ...]
COLUMNS = {
    "lead": "id campaign_id key number variables created_at source persona area carrier arm score state attempts",
    "attempt": "id campaign_id lead_id number caller_number gateway try_number started_at rang_at answered_at ended_at"
    " code layer who_hung_up cause q850 sip_status",
    "call": "attempt_id script_version_id answered_by ending ended_by ended_node talk_ms grade grade_rule"
    " grade_evidence score tags slots frames_in frames_late worst_gap_ms",
    "node_visit": "attempt_id seq node role entered_ms left_ms ended_by prompt_ms heard_ms hangup_phase offset_ms"
    " no_inputs no_matches",
    "turn": "attempt_id seq node began_ms ended_ms text confidence intent score matched_by evidence engine choice"
    " barge_in aside latency_ms barge_in_ms",
    "handoff": "attempt_id seq target requested_ms outcome waited_ms talked_ms agent ring_ms hold_ms",
    "agent_spell": "agent state began_at ended_at",
    "outcome": "key campaign_id lead_id attempt_id number type at amount source",
    "complaint": "number made_at words source caller_number attempt_id",
    "stop_list": "number scope reason source attempt_id added_at",
    "pick_up": "attempt_id phase code score decided_ms text evidence sounds saved_ms",
}


class History:
    """The past, day by day; `day` gives the rows of one by table."""

    def __init__(self, attempts: int, days: int, versions: Versions, seed: int = 1) -> None:
        self.dice, self.stop_dice = random.Random(seed), random.Random(f"stops {seed}")
        self.versions = versions
        self.leads = max(1, int(attempts * LEADS_OF_ATTEMPTS))
        self.a_day = -(-attempts // days)
        self.left = attempts
        self.days = [LAST_DAY - timedelta(days=n) for n in reversed(range(days))]
        self.fresh = iter(range(1, self.leads + 1))
        self.again: dict[date, list[tuple[int, int]]] = defaultdict(list)
        self.pick_ups = PickUps(seed)
        self.stopped: set[str] = set()
        self.talks = {key: [talks(self.dice, *key) for _ in range(min(TALKS_KEPT, attempts))] for key in versions}

    def lead_rows(self) -> Iterator[Row]:
        """The lists."""
        made = datetime.combine(self.days[0], datetime.min.time(), UTC) - timedelta(days=1)
        for lead in range(1, self.leads + 1):
            dice = self.dice
            source, persona = dice.choice(SOURCES), dice.choice(PERSONAS)
            variables = json.dumps({"surname": "张", "level": dice.choice(LEVELS)}, ensure_ascii=False)
            yield (
                *(lead, self.campaign(lead), str(lead), number_of(lead), variables, made, source, persona),
                *(dice.choice(CITIES), dice.choice(CARRIERS), ARMS[lead // 3 % 2], round(dice.random(), 3), "done", 1),
            )

    def campaign(self, lead: int) -> str:
        """Of a lead."""
        return tuple(CAMPAIGNS)[lead % len(CAMPAIGNS)]

    def day(self, day: date) -> dict[str, list[Row]]:
        """All that happened on it."""
        rows: dict[str, list[Row]] = {name: [] for name in (*COLUMNS, ASKED)}
        wanted = min(self.a_day, self.left)
        due = self.again.pop(day, [])
        called = [*due[:wanted], *((lead, 1) for lead in itertools.islice(self.fresh, max(0, wanted - len(due))))]
        self.again[day + timedelta(days=1)] += due[wanted:]
        called += [(self.dice.randint(1, self.leads), MAX_TRIES) for _ in range(wanted - len(called))]
        self.left -= wanted
        for hour, (lead, tries) in zip(self._hours(len(called)), called, strict=True):
            self._attempt(rows, day, hour, lead, tries)
        rows["handoff"], rows["agent_spell"] = taken_by_agents(day, rows.pop(ASKED), AHEAD)
        return rows

    def _hours(self, count: int) -> list[int]:
        return sorted(self.dice.choices(list(HOURS), list(HOURS.values()), k=count))

    def _attempt(self, rows: dict[str, list[Row]], day: date, hour: int, lead: int, tries: int) -> None:
        dice, campaign = self.dice, self.campaign(lead)
        key = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - AHEAD
        at += timedelta(milliseconds=dice.randrange(3_600_000))
        gateway, shown = dice.choice(tuple(GATEWAYS)), dice.choice(NUMBERS)
        chance = ANSWER * BEST[hour] * GATEWAYS[gateway] * (0.8 if tries > 1 else 1) * (0.6 if shown == FLAGGED else 1)
        start = (key, campaign, lead, number_of(lead), shown, gateway, tries, at)
        if dice.random() >= chance:
            (code, *switch), *_ = dice.choices(list(UNANSWERED), list(UNANSWERED.values()))
            if shown == FLAGGED and dice.random() < 0.3:
                code, *switch = Code.REJECTED, "CALL_REJECTED", 21, 603
            rang = (
                at + timedelta(milliseconds=dice.randint(900, 4_000))
                if code in (Code.NO_ANSWER, Code.REJECTED)
                else None
            )
            ended = at + timedelta(milliseconds=dice.randint(1_000, 35_000))
            self._not_answered(rows, start, rang, ended, code, tuple(switch))
            if tries < MAX_TRIES and dice.random() < AGAIN.get(code, 0):
                self.again[day + timedelta(days=dice.randint(1, 3))].append((lead, tries + 1))
            return
        rang = at + timedelta(milliseconds=dice.randint(900, 4_000))
        answered = rang + timedelta(milliseconds=dice.randint(2_000, 15_000))
        script = CAMPAIGNS[campaign]
        version = SCRIPTS[script][lead // 3 % 2 if len(SCRIPTS[script]) > 1 else 0]
        talk = dice.choice(self.talks[script, version])
        ended = answered + timedelta(milliseconds=talk.talk_ms)
        code = Code(talk.ending)
        switch = ("NORMAL_CLEARING", 16, 200)
        rows["attempt"].append((*start, rang, answered, ended, str(code), str(code.layer), talk.ended_by, *switch))
        rows["pick_up"] += [(key, *heard) for heard in self.pick_ups.answered(gateway, talk.answered_by)]
        self._talk(rows, start, talk, self.versions[script, version], ended)

    def _not_answered(
        self, rows: dict[str, list[Row]], start: Row, rang: datetime | None, ended: datetime, code: Code, switch: Row
    ) -> None:
        """What was announced goes before the status; where it ended the attempt, there is none."""
        key, _, _, _, _, gateway, _, at = start
        heard = self.pick_ups.before(gateway, code)
        if heard is not None:
            rows["pick_up"].append((key, *heard.row))
            rang = rang or at + timedelta(seconds=1)
            code = Code(heard.row[1] or code)
            ended = max(ended, rang)
            if heard.ended_ms is not None:
                ended, switch = rang + timedelta(milliseconds=heard.ended_ms), (*switch[:2], None)
        rows["attempt"].append((*start, rang, None, ended, str(code), str(code.layer), "switch", *switch))

    def _talk(self, rows: dict[str, list[Row]], start: Row, talk: Talk, version: int, ended: datetime) -> None:
        key, campaign, lead, number, shown, *_ = start
        rows["call"].append((key, version, *talk.call))
        rows["node_visit"] += [(key, *visit) for visit in talk.visits]
        rows["turn"] += [(key, *turn) for turn in talk.turns]
        rows[ASKED] += [(ended, key, *each) for each in talk.handoffs]
        later = ended + timedelta(hours=self.dice.randint(1, 20))
        if talk.grade == "A" and self.dice.random() < 0.45:
            rows["outcome"].append((f"add-{key}", campaign, lead, key, number, "added", later, None, "import"))
            if self.dice.random() < 0.3:
                amount = float(self.dice.randint(50, 900))
                rows["outcome"].append((f"order-{key}", campaign, lead, key, number, "order", later, amount, "import"))
        if self.dice.random() < 0.0005:
            rows["complaint"].append((number, later, "打得太多", "person", shown, key))
        if self.stop_dice.random() < STOPS.get(talk.grade, 0) and number not in self.stopped:
            self.stopped.add(number)
            rows["stop_list"].append((number, "*", "stop_request: 别再打了", "call", key, ended))


def number_of(lead: int) -> str:
    """The telephone number of a lead: where its campaign calls those of another, it is that of their lead."""
    names = tuple(CAMPAIGNS)
    name = names[lead % len(names)]
    before = names.index(name) - names.index(SHARED.get(name, name))
    return f"+86138{lead - before:08}"


def load(connection: Connection, table: str, rows: Iterable[Row]) -> None:
    """Rows of `table` as quickly as the database takes them: COPY on PostgreSQL."""
    names = COLUMNS[table].split()
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f'COPY "{table}" ({", ".join(names)}) FROM STDIN') as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(names))
    plain = (tuple(_plain(value) for value in row) for row in rows)
    while part := list(itertools.islice(plain, 20_000)):
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})', part)


def _plain(value: Any) -> Any:
    """A moment as SQLite keeps it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value


def make(store: Store, attempts: int, days: int) -> History:
    """Write it all into the empty `store`."""
    versions = add_campaigns(store)
    history = History(attempts, days, versions)
    with store.writing() as connection:
        midnight = datetime.min.time()
        add_lines(connection, datetime.combine(LAST_DAY, midnight, UTC))
        first = datetime.combine(history.days[0], midnight, UTC)
        add_lists(connection, first, history.leads // len(CAMPAIGNS), versions)
        load(connection, "lead", history.lead_rows())
    for day in history.days:
        rows = history.day(day)
        with store.writing() as connection:
            for table, its in rows.items():
                if its:
                    load(connection, table, its)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return history


def main(arguments: Sequence[str]) -> int:
    """Make a history in the database of the URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--attempts", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=90)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(asked.url, Path(directory))
        make(store, asked.attempts, asked.days)
        with store.reading() as connection:
            for table in COLUMNS:
                count = connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar()
                print(f"{table:12} {count:12,}")
        store.close()
    print(f"made in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
