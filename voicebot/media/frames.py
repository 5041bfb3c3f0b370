"""The shape of audio inside the robot: linear 16-bit little-endian mono at 8 kHz, and its sizes.
Numbers and conversions between bytes and milliseconds only."""

from typing import Final

RATE: Final = 8000
SAMPLE_BYTES: Final = 2
BYTES_PER_MS: Final = RATE * SAMPLE_BYTES // 1000
FRAME_MS: Final = 20
FRAME_BYTES: Final = FRAME_MS * BYTES_PER_MS
SILENCE_FRAME: Final = bytes(FRAME_BYTES)


def ms_of(size: int) -> int:
    """Milliseconds that `size` bytes last, rounded down."""
    return size // BYTES_PER_MS


def bytes_of(ms: int) -> int:
    """Bytes that `ms` milliseconds take."""
    return ms * BYTES_PER_MS
