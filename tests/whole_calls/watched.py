"""`voicebot demo` as typed, telling on stdout what a test waits for: the switch's process, the calls in the air.

`python -m tests.whole_calls.watched demo --calls 6` prints `switch PID`, then `live N` at every look.
"""

from typing import Self

from voicebot.app import child, demo
from voicebot.cli import demo as command
from voicebot.cli import main


class WatchedChild(child.Child):
    def __enter__(self) -> Self:
        super().__enter__()
        print("switch", self.ready["pid"], flush=True)
        return self


class WatchedBars(command.Bars):
    def live(self, placed: int, of: int, ringing_or_talking: int) -> None:
        print("live", ringing_or_talking, flush=True)


if __name__ == "__main__":
    demo.Child = WatchedChild  # type: ignore[misc]
    command.Bars = WatchedBars  # type: ignore[misc]
    main()
