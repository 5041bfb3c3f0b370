"""A plan as people write it: what it says, what is careful when it says nothing, and each fault with its place."""

import datetime
import json

import pytest

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Arm, Costs
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.campaign.policy.windows import MARKETING, Range
from voicebot.errors import InputFault

FULL = """\
campaign: spring
title: 春季老客户
purpose: 老客户回访
arms:
  a: {script: wecom_invite, share: 3}
  b: {script: wecom_invite@1f2e, share: 1}
zone: Asia/Shanghai
window: {ranges: [9:00-12:00, 14:00-20:00], days: [workday, sat]}
closed_days: [2026-12-24]
consent: required
caps: [{calls: 2, days: 7}]
retry:
  max_attempts: 4
  ours_delay: 30s
  rules:
    BUSY: {delay: 15m, maximum: 3}
    POWER_OFF: {delay: 1d, maximum: 1, next_window: true}
best_hours: {bonus: 0.5, personas: {student: night, office: [12-14, evening]}}
list: {sources: [官网, 门店], fresh_days: 90, excludes: [车险]}
lines: {concurrency: 30, calls_per_second: 2.5, guaranteed: 10, mode: predictive, abandon_cap: 2%, longest_wait: 15s}
number_health: {least: 20, short: 40%}
budget: {calls: 5000}
costs: {lead: 0.1, minute: 0.12, agent_minute: 1, fixed: 500, currency: EUR}
targets: {connect_rate: 65%, adds: 70000}
"""


def test_a_plan_says_what_it_says():
    plan = read_plan(FULL, "spring.yaml")
    assert plan.arms == (Arm("a", "wecom_invite", 3), Arm("b", "wecom_invite@1f2e", 1))
    assert plan.window.open_ranges() == (Range(540, 720), Range(840, 1200))
    assert plan.calendar().kind(datetime.date(2026, 12, 24)) == "holiday"
    assert plan.retry.rules[Code.BUSY].delay == datetime.timedelta(minutes=15)
    assert plan.retry.rules[Code.NO_ANSWER].maximum == 2
    assert plan.retry.ours_delay == datetime.timedelta(seconds=30)
    assert plan.best.hours == {"student": ((18, 20),), "office": ((12, 14), (16, 18))}
    assert (plan.lines.mode, plan.lines.abandon_cap, plan.lines.guaranteed) == ("predictive", 0.02, 10)
    assert plan.lines.longest_wait == datetime.timedelta(seconds=15)
    assert plan.targets == {"connect_rate": 0.65, "adds": 70000}
    assert (plan.health.least, plan.health.short) == (20, 0.4)
    assert plan.costs == Costs(0.1, 0.0, 0.12, 1.0, 500.0, "EUR")


def test_a_plan_that_says_little_is_careful():
    plan = read_plan("campaign: spring\nscript: wecom_invite\n", "spring.yaml")
    assert plan.window == MARKETING
    assert [(cap.calls, cap.days) for cap in plan.caps] == [(1, 1), (3, 30)]
    assert (plan.consent, plan.complaint_months, plan.lines.abandon_cap) == ("not_refused", 3, 0.03)
    assert plan.list.countries == ("CN",)


def test_json_is_read_too():
    document = {"campaign": "spring", "script": "wecom_invite", "lines": {"concurrency": 7}}
    assert read_plan(json.dumps(document), "the request").lines.concurrency == 7


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("campaing: x", "did you mean 'campaign'"),
        ("campaign: Spring Sale", "a name has small letters"),
        ("campaign: s", "needs either 'script' or 'arms'"),
        ("campaign: s\nscript: a\nzone: Asia/Shanghia", "3:1: 'Asia/Shanghia' is no time zone"),
        ("campaign: s\nscript: a\nholidays: ZZ", "no calendar of holidays"),
        ("campaign: s\nscript: a\nwindow: {ranges: [21:00-9:00]}", "ends before it begins"),
        ("campaign: s\nscript: a\nwindow: {ranges: [9:00-10:00], breaks: [8:00-11:00]}", "never open"),
        ("campaign: s\nscript: a\nwindow: {days: [monday]}", "'monday' is no day"),
        ("campaign: s\nscript: a\nretry: {rules: {BUSSY: {}}}", "did you mean 'BUSY'"),
        ("campaign: s\nscript: a\nretry: {rules: {BUSY: {delay: ten}}}", "no length of time"),
        ("campaign: s\nscript: a\nretry: {ours_delay: 0s}", "must be 1s to 1h"),
        ("campaign: s\nscript: a\nretry: {ours_delay: 2h}", "must be 1s to 1h"),
        ("campaign: s\nscript: a\nlines: {guaranteed: 20}", "20 guaranteed of 10"),
        ("campaign: s\nscript: a\nlines: {abandon_cap: 3}", "is a share, 0 to 1"),
        ("campaign: s\nscript: a\nlines: {longest_wait: 1s}", "'longest_wait' for an agent must be 2s to 10m"),
        ("campaign: s\nscript: a\nlines: {longest_wait: 1h}", "'longest_wait' for an agent must be 2s to 10m"),
        ("campaign: s\nscript: a\nlines: {calls_per_second: 0}", "above 0"),
        ("campaign: s\nscript: a\nlines: {mode: robot}", "of the plan is 'robot'"),
        ("campaign: s\nscript: a\nconsent: required", "name it with 'purpose'"),
        ("campaign: s\nscript: a\ncaps: []", "'caps' is empty"),
        ("campaign: s\nscript: a\nclosed_days: [tomorrow]", "no date"),
        ("campaign: s\nscript: a\nbest_hours: {personas: {x: late}}", "no part of the day"),
        ("campaign: s\narms: {a: {script: x, share: 0}}", "no arm has a share"),
        ("campaign: s\nscript: a\ncosts: {call: -1}", "3:15: cost 'call' is -1; it cannot be below 0"),
        ("campaign: s\nscript: a\ncosts: {currency: yuan}", "three letters"),
        ("campaign: s\nscript: a\ntargets: {adds: many}", "'many', not a number"),
        ("campaign: s\nscript: a\nlins: {}", "did you mean 'lines'"),
    ],
)
def test_a_fault_has_its_place_and_remedy(line, fault):
    with pytest.raises(InputFault) as caught:
        read_plan(line, "spring.yaml")
    assert fault in str(caught.value)
    assert str(caught.value).startswith("spring.yaml:")
