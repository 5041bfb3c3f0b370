"""A round as HTML for listening: recording, both sides in time, transcript, node path. With the robot's grade only when
it is asked for. What customers said is data: the template escapes everything."""

import base64
import hashlib
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from voicebot.qa.dossier import Dossier
from voicebot.qa.reasons import GRADES_MEAN, REASONS
from voicebot.qa.rounds import Round
from voicebot.qa.verdicts import Verdict
from voicebot.reports.charts import GRADE_COLOURS
from voicebot.reports.page import environment

AUDIO = "audio"
"""Directory beside the page that the recordings are copied to."""
PAGE = "index.html"


@dataclass(frozen=True)
class Shown:
    """One call on the page. `audio`: address of the recording, relative to the page; empty: none."""

    dossier: Dossier
    audio: str
    verdicts: tuple[Verdict, ...]


def export(
    directory: Path,
    within: Round,
    calls: Sequence[Dossier],
    made_at: datetime,
    verdicts: Mapping[int, tuple[Verdict, ...]],
    *,
    revealed: bool,
) -> Path:
    """Write the page and copies of the recordings into `directory`; returns the page. Raises OSError.

    `revealed`: with the robot's grades, their evidence and all verdicts; else without: a reviewer must not see them.
    """
    (directory / AUDIO).mkdir(parents=True, exist_ok=True)
    shown = []
    for one in calls:
        audio = ""
        if one.recording is not None:
            shutil.copyfile(one.recording, directory / AUDIO / one.recording.name)
            audio = f"{AUDIO}/{quote(one.recording.name)}"
        shown.append(Shown(one, audio, verdicts.get(one.sample.id, ()) if revealed else ()))
    page = directory / PAGE
    page.write_text(render(within, shown, made_at, revealed=revealed), encoding="utf-8")
    return page


def render(within: Round, calls: Sequence[Shown], made_at: datetime, *, revealed: bool) -> str:
    """The page. It allows one script, its own, named by its hash; nothing is loaded but the recordings beside it."""
    script = files("voicebot.qa").joinpath("templates/round.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template("round.html")
        .render(
            within=within,
            calls=calls,
            made_at=made_at,
            revealed=revealed,
            meanings=(("Grades", "意向等级", GRADES_MEAN), ("Reasons", "扣分原因", REASONS)),
            grade_colours=GRADE_COLOURS,
            script=Markup(script),
            digest=digest,
        )
    )


@cache
def _environment() -> Environment:
    made = environment("voicebot.qa")
    made.filters["quoted"] = shlex.quote
    return made
