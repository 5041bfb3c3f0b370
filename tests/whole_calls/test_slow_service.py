"""A whole call with audio in which a slow CRM is asked: the customer hears that he is to wait, then what it knew."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from statistics import median

import pytest

from tests.call.crm import Crm
from tests.whole_calls.conftest import Finished, finished_run
from tests.whole_calls.test_whole_calls import SAME, SLACK_MS, likeness, part, prompt_files, seconds

pytestmark = pytest.mark.audio

WAIT = "请稍等，我查一下您的会员级别。"
SLOW_S = 2.5
SCRIPT = """script: wecom_invite
start: opening
needs: {{surname: {{example: 张}}}}
services:
  crm: {{url: "{url}", fill: {{level: level}}, wait: "{wait}", deadline_ms: 8000}}
nodes:
  opening:
    say: 您好，我是好物优选的智能助理小美，现在方便说两句吗？
    answers:
      - {{id: yes, intent: affirm, keywords: [方便, 可以, 你说], go: known}}
  known:
    lookup: {{http: crm, with: {{who: "{{surname}}"}}, else: unknown}}
    say: "您是{{level}}会员，祝您生活愉快，再见！"
    then: {{hang_up: ROBOT_END}}
  unknown:
    say: 不好意思，再见！
    then: {{hang_up: ROBOT_END}}
"""


class SlowCrm(Crm):
    """Takes its time for every customer."""

    def _customer(self, request: BaseHTTPRequestHandler) -> None:
        self.release.wait(SLOW_S)
        super()._customer(request)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SlowCrm, Finished]]:
    directory: Path = tmp_path_factory.mktemp("slow-service")
    with SlowCrm() as crm:
        script = directory / "asks.yaml"
        script.write_text(SCRIPT.format(url=crm.url("customer"), wait=WAIT), encoding="utf-8")
        with finished_run(directory, str(script), "agrees", lookup_hosts=crm.host) as run:
            yield crm, run


def test_what_the_service_knew_is_said(asked: tuple[SlowCrm, Finished]) -> None:
    crm, run = asked
    assert [len(crm.params(number)["who"]) for number in range(len(crm.asked))] == [1]
    assert [visit["node"] for visit in run.of_call("node_visit", "agrees")] == ["opening", "known"]
    assert "金卡会员" in run.of_call("said", "agrees")[-1]["text"]
    assert run.call("agrees")["ending"] == "ROBOT_END"


def test_the_customer_hears_that_he_is_to_wait(asked: tuple[SlowCrm, Finished]) -> None:
    _, run = asked
    (said,) = [one for one in run.of_call("said", "agrees") if one["text"] == WAIT]
    assert said["total_ms"] == said["heard_ms"]
    begin, end = said["started_ms"] - SLACK_MS, said["started_ms"] + said["heard_ms"] + SLACK_MS
    spoken = part(run.heard("agrees"), begin, end)
    likely = [prompt for prompt in prompt_files(run) if abs(len(prompt) / 8 - said["total_ms"]) <= 20]
    assert max(median(likeness(piece, spoken) for piece in seconds(prompt)) for prompt in likely) > SAME
