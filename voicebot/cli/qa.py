"""`voicebot qa`: samples of calls that people listen to, their verdicts, and what these say of the robot."""

from voicebot.cli.lazy import LazyGroup

COMMANDS = {
    "goals": "What a round can look at.",
    "sample": "Draw a round of calls to listen to.",
    "more": "Draw more calls into a round.",
    "rounds": "Rounds, and how far each is.",
    "close": "Take no more verdicts for a round.",
    "reasons": "What can be wrong with a call.",
    "review": "Listen and judge, call after call, in the terminal.",
    "verdict": "Give one verdict with options.",
    "sheet": "A worksheet for one reviewer, XLSX or CSV.",
    "read": "Take the verdicts of a worksheet in.",
    "page": "A page for listening, with the recordings.",
    "show": "One call with everything: the robot's grade, its evidence, all verdicts.",
    "disputed": "Calls that the reviewers judge differently.",
    "accuracy": "Is an A an A: accuracy, precision and recall, agreement, pass rate.",
}
"""Each name is the module `voicebot.cli.qa_NAME`, its attribute `command` the click command."""

command = LazyGroup(
    name="qa",
    table=COMMANDS,
    module="voicebot.cli.qa_%s",
    help="Samples of calls that people listen to, their verdicts, and what these say of the robot.",
)
