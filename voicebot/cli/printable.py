"""Words of others on a terminal and in the log: control characters are shown, never sent.

A line break in what a list or a peer says would forge a line of the log, an escape would command the terminal.
"""

import logging


def printable(text: str) -> str:
    """`text` with every character that is not printed written as Python writes it, a line break as \\\\n."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


class OneLine(logging.Formatter):
    """A log line is one line; only our own tracebacks follow it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, its message printable."""
        record.message = printable(record.message)
        return super().formatMessage(record)
