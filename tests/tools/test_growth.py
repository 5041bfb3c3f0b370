"""A grown network says at first what the smaller one said. Needs torch (extra `train`)."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tools.demo_model import growth, network  # noqa: E402

SMALLER = ((-1, 0, 1), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-6, -3, 0, 3), (-6, -3, 0))
LOOKS_BACK = 20
UNITS = ["SIL", "a1", "b"]


def stored(monkeypatch: pytest.MonkeyPatch) -> tuple[network.Stored, network.Tdnn]:
    """An earlier network, narrower and of a shorter memory, with what it was in the days of its offsets."""
    torch.manual_seed(3)
    with monkeypatch.context() as then:
        then.setattr(network, "OFFSETS", SMALLER)
        net = network.Tdnn(len(UNITS), 16)
        net.train()
        net(torch.randn(8, 80, network.FEATURES))
        net.eval()
    return network.Stored(net.state_dict(), SMALLER, UNITS, np.ones(3)), net


def test_a_wider_network_with_a_longer_memory_starts_as_the_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier, small = stored(monkeypatch)
    grown = network.Tdnn(4, 24)
    growth.take_over(grown, ["SIL", "b", "new", "a1"], earlier)
    grown.eval()
    longer = network.LEFT - LOOKS_BACK
    sound = torch.randn(2, network.LEFT + network.RIGHT + 31, network.FEATURES)
    with torch.no_grad():
        units, speech = grown(sound)
        with monkeypatch.context() as then:
            then.setattr(network, "OFFSETS", SMALLER)
            then.setattr(network, "LEFT", LOOKS_BACK)
            expected, expected_speech = small(sound[:, longer:])
    torch.testing.assert_close(units[..., [0, 3, 1]], expected, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(speech, expected_speech, atol=1e-4, rtol=1e-4)


def test_a_wider_earlier_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier, _ = stored(monkeypatch)
    with pytest.raises(ValueError, match="train without --start"):
        growth.take_over(network.Tdnn(3, 8), UNITS, earlier)
