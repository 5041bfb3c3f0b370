"""Leads by the hundred thousand, handed over as one text: so many rows take longer to fetch than to find."""

from typing import Final

import numpy as np
from sqlalchemy import Text, cast, func

from voicebot.reports.sums.columns import Numbers
from voicebot.store.tables import Lead

IDS: Final = func.aggregate_strings(cast(Lead.id, Text), " ")
"""The ids of the leads of a query, or of a group of it."""


def ids_of(text: str | None) -> Numbers:
    """What IDS gave; None: there are none."""
    return np.fromstring(text or "", dtype=np.int64, sep=" ")
