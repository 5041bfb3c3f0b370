"""What a demo came to, and its figures by name. How it is run is demo.py's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicebot.app.call_server import ServerFigures
from voicebot.errors import VoicebotError
from voicebot.esl.histogram import LagHistogram
from voicebot.reports.answers import AnsweredRow
from voicebot.reports.summary import Summary


@dataclass(frozen=True)
class DemoRun:
    """What ran: the campaign with its figures, and how the processes kept up.

    `rows` of the list, `not_called`: of these, by reason; `lines`: attempts by gateway and by number shown. `fault`:
    what ended the run before its time, or what is missing of its results; the figures are then of what there is. `page`
    None: it could not be written.
    """

    campaign_id: str
    rows: int
    not_called: Mapping[str, int]
    lines: Mapping[str, int]
    seconds: float
    summary: Summary
    server: ServerFigures
    switch: dict[str, Any]
    store_errors: tuple[str, ...]
    page: Path | None
    fault: VoicebotError | None
    answers: tuple[AnsweredRow, ...] = ()
    """What picked up, and what was announced."""

    def as_json(self) -> dict[str, Any]:
        """The figures of `voicebot demo --json`; milliseconds, seconds and counts."""
        answer, barge_in = self.summary.latencies.answer, self.summary.latencies.barge_in
        hub, frames, ears = self.server.hub_lag, self.server.frame_lag, self.server.ears
        return {
            "campaign": self.campaign_id,
            "rows": self.rows,
            "not_called": dict(self.not_called),
            "lines": dict(self.lines),
            "attempts": self.summary.attempts,
            "answered": self.summary.answered,
            "results": dict(self.summary.results),
            "grades": dict(self.summary.grades),
            "node_hangups": dict(self.summary.node_hangups),
            "transfers": self.summary.transfers,
            "turns": self.summary.turns,
            "engines": dict(self.summary.engines),
            "announced": self._taken_for("early"),
            "picked_up": self._taken_for("answer"),
            "saved_ringing_s": round(sum(row.saved_s for row in self.answers), 1),
            "turn_latency_ms": {"p50": answer.p50, "p95": answer.p95, "n": answer.count},
            "barge_in_ms": {"p50": barge_in.p50, "p95": barge_in.p95, "n": barge_in.count},
            "hub_lag_ms": {
                "p50": round(hub.quantile(0.5), 1),
                "p99": round(hub.quantile(0.99), 1),
                "max": round(hub.max_ms, 1),
            },
            "frame_lag_ms": _lags(frames),
            "ear_lag_ms": {"p50": ears.lag_p50_ms, "p99": ears.lag_p99_ms, "max": ears.lag_max_ms},
            "frames_late": self.summary.frames_late,
            "worst_gap_ms": self.summary.worst_gap_ms,
            "switch": self.switch,
            "store_errors": list(self.store_errors),
            "page": str(self.page) if self.page else None,
            "fault": str(self.fault) if self.fault else None,
            "seconds": round(self.seconds, 1),
        }

    def _taken_for(self, phase: str) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for row in self.answers:
            counts.update({row.code: row.heard} if row.phase == phase else {})
        return dict(counts.most_common())


def _lags(lags: LagHistogram) -> dict[str, float]:
    return {"p50": round(lags.quantile(0.5), 1), "p99": round(lags.quantile(0.99), 1), "max": round(lags.max_ms, 1)}
