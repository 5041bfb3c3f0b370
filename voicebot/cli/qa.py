"""`voicebot qa`: samples of calls that people listen to, their verdicts, and what these say of the robot."""

from voicebot.cli.lazy import LazyGroup

COMMANDS = {
    "goals": "what a round can look at",
    "sample": "draw a round of calls to listen to",
    "more": "draw more calls into a round",
    "rounds": "rounds, and how far each is",
    "close": "take no more verdicts for a round",
    "reasons": "what can be wrong with a call",
    "review": "listen and judge, call after call, in the terminal",
    "verdict": "give one verdict with options",
    "sheet": "a worksheet for one reviewer, XLSX or CSV",
    "read": "take the verdicts of a worksheet in",
    "page": "a page for listening, with the recordings",
    "show": "one call with everything: the robot's grade, its evidence, all verdicts",
    "disputed": "calls that the reviewers judge differently",
    "accuracy": "is an A an A: accuracy, precision and recall, agreement, pass rate",
}
"""Each name is the module `voicebot.cli.qa_NAME`, its attribute `command` the click command."""

command = LazyGroup(
    name="qa",
    table=COMMANDS,
    module="voicebot.cli.qa_%s",
    help="Samples of calls that people listen to, their verdicts, and what these say of the robot.",
)
