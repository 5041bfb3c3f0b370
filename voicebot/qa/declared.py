"""The figures of rounds as reports: their names, columns and pictures. How they are shown is reports/forms."""

from voicebot.qa.accuracy import WANTED_HALF, Accuracy, accuracy
from voicebot.qa.rounds import all_rounds
from voicebot.reports.language import Bilingual
from voicebot.reports.only import Only
from voicebot.reports.shape import Column, Kind, Report
from voicebot.store.store import Store

ABOUT = Bilingual("Is an A an A: people's grades against the robot's.", "A 是不是真的 A：人工评级与机器人评级对照。")


def _rounds(store: Store, _only: Only) -> tuple[Accuracy, ...]:
    return tuple(accuracy(store, one, WANTED_HALF) for one in all_rounds(store))


def of_round(name: str) -> Report:
    """The grades of one round; its figures are one `Accuracy`."""
    return Report(
        f"accuracy of {name}",
        "Accuracy of grades",
        "意向准确率",
        ABOUT,
        lambda store, _only: next(one for one in _rounds(store, _only) if one.round == name),
        (
            Column("grade", "grade", "等级"),
            Column("robot", "robot", "机器人", Kind.COUNT),
            Column("human", "people", "人工", Kind.COUNT),
            Column("both", "both", "一致", Kind.COUNT),
            Column("precision", "precision 95 %", "准确率", Kind.RATE, drawn=True),
            Column("recall", "recall 95 %", "召回率", Kind.RATE),
        ),
        rows=lambda figures: [row for row in figures.grades if row.robot or row.human],
        empty=Bilingual("no call has a settled grade yet", "还没有定下等级的通话"),
    )


OF_ALL = Report(
    "accuracy",
    "Rounds of review",
    "质检轮次",
    ABOUT,
    _rounds,
    (
        Column("round", "round", "轮次"),
        Column("goal", "goal", "目标", wide=True),
        Column("sampled", "calls", "抽样", Kind.COUNT),
        Column("settled", "settled", "已定", Kind.COUNT),
        Column("a_intent", "A right\n95 %", "A意向准确率", Kind.RATE, drawn=True),
        Column("grade_right", "grade right\n95 %", "等级准确率", Kind.RATE, wide=True),
        Column("passed", "passed\n95 %", "质检合格率", Kind.RATE),
        Column("agreement.kappa", "kappa", "一致性", Kind.NUMBER, lambda row: _rounded(row.agreement.kappa)),
        Column("more", "more\ncalls", "还需", Kind.COUNT),
    ),
    empty=Bilingual("no round yet; draw one: voicebot qa sample NAME", "还没有质检轮次；抽样：voicebot qa sample NAME"),
)


def _rounded(kappa: float | None) -> float | None:
    return None if kappa is None else round(kappa, 3)
