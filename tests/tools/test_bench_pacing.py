"""The comparison of the pacing rules: with few simulated hours, the cap holds and predicting is worth it."""

import pytest

from tools import bench_pacing


@pytest.mark.parametrize("agents", [5, 20])
def test_predictive_uses_agents_better_and_keeps_the_cap(agents: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_pacing, "HOURS", 2)
    for seed in (1, 2):
        progressive = bench_pacing.run(agents, "progressive", seed)
        predictive = bench_pacing.run(agents, "predictive", seed)
        assert predictive.use > progressive.use
        assert progressive.lost == 0.0
        assert predictive.lost <= bench_pacing.CAP
