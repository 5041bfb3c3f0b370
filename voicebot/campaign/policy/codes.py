"""The result codes: why an attempt ended, each with its layer and the label that Chinese users see.

A table only. How the switch's answers become codes is in causes.py; what follows from a code is retry policy.
"""

from enum import StrEnum


class Layer(StrEnum):
    """Who or what decided the result."""

    REFUSED = "refused"
    """We refused before dialling; no INVITE left."""
    NETWORK = "network"
    """The network told something of the callee."""
    OURS = "ours"
    """Our side or the carrier failed; the callee is not concerned."""
    ANSWERED = "answered"
    """What picked up."""
    TALK = "talk"
    """How the talk ended."""
    BUSINESS = "business"
    """What the talk means for the campaign."""


_COUNTED_LAYERS = frozenset({Layer.NETWORK, Layer.ANSWERED, Layer.TALK})


class Code(StrEnum):
    """One result code. The value is the name that stands in the store and in reports."""

    layer: Layer
    label: str

    # The defaults are never used: they let a type checker accept the look-up Code("BUSY").
    def __new__(cls, name: str, layer: Layer = Layer.OURS, label: str = "") -> "Code":
        code = str.__new__(cls, name)
        code._value_ = name
        code.layer = layer
        code.label = label
        return code

    @property
    def uses_up_attempt(self) -> bool:
        """Whether the attempt counts against the lead's tries: it reached the callee or the callee's network."""
        return self.layer in _COUNTED_LAYERS

    STOP_LIST = "STOP_LIST", Layer.REFUSED, "停呼名单"
    STOP_LIST_LATE = "STOP_LIST_LATE", Layer.REFUSED, "拨打前停呼"
    OUT_OF_WINDOW = "OUT_OF_WINDOW", Layer.REFUSED, "不在呼叫时段"
    HOLIDAY = "HOLIDAY", Layer.REFUSED, "节假日"
    TOO_OFTEN = "TOO_OFTEN", Layer.REFUSED, "超过频次"
    REGION = "REGION", Layer.REFUSED, "地区限制"
    NO_CONSENT = "NO_CONSENT", Layer.REFUSED, "未获同意"
    COMPLAINT = "COMPLAINT", Layer.REFUSED, "近期投诉"
    DUPLICATE = "DUPLICATE", Layer.REFUSED, "重复线索"
    BAD_NUMBER = "BAD_NUMBER", Layer.REFUSED, "号码无效"
    BUDGET = "BUDGET", Layer.REFUSED, "预算用尽"
    STALE = "STALE", Layer.REFUSED, "数据过期"

    NO_ANSWER = "NO_ANSWER", Layer.NETWORK, "无人接听"
    BUSY = "BUSY", Layer.NETWORK, "用户忙"
    REJECTED = "REJECTED", Layer.NETWORK, "拒接"
    POWER_OFF = "POWER_OFF", Layer.NETWORK, "关机"
    SUSPENDED = "SUSPENDED", Layer.NETWORK, "停机"
    EMPTY = "EMPTY", Layer.NETWORK, "空号"
    OUT_OF_AREA = "OUT_OF_AREA", Layer.NETWORK, "不在服务区"
    UNREACHABLE = "UNREACHABLE", Layer.NETWORK, "无法接通"
    FORWARDED = "FORWARDED", Layer.NETWORK, "呼叫转移"
    BARRED = "BARRED", Layer.NETWORK, "呼入限制"

    CARRIER_BLOCK = "CARRIER_BLOCK", Layer.OURS, "运营商拦截"
    LINE_ERROR = "LINE_ERROR", Layer.OURS, "线路故障"
    CONGESTION = "CONGESTION", Layer.OURS, "线路拥塞"
    GATEWAY_DOWN = "GATEWAY_DOWN", Layer.OURS, "网关中断"
    THROTTLED = "THROTTLED", Layer.OURS, "超出速率"
    NODE_LOST = "NODE_LOST", Layer.OURS, "节点丢失"
    CANCELLED = "CANCELLED", Layer.OURS, "已取消"

    HUMAN = "HUMAN", Layer.ANSWERED, "真人接听"
    VOICEMAIL = "VOICEMAIL", Layer.ANSWERED, "语音信箱"
    ASSISTANT = "ASSISTANT", Layer.ANSWERED, "智能助理"
    IVR = "IVR", Layer.ANSWERED, "自动总机"
    FAX = "FAX", Layer.ANSWERED, "传真机"
    SILENT = "SILENT", Layer.ANSWERED, "接通无声"
    UNKNOWN = "UNKNOWN", Layer.ANSWERED, "接听者不明"

    CUSTOMER_HANGUP = "CUSTOMER_HANGUP", Layer.TALK, "客户挂机"
    ROBOT_END = "ROBOT_END", Layer.TALK, "机器人结束"
    SILENCE = "SILENCE", Layer.TALK, "客户无声"
    MAX_TIME = "MAX_TIME", Layer.TALK, "超过最长通话"
    TRANSFERRED = "TRANSFERRED", Layer.TALK, "已转人工"
    TRANSFER_FAILED = "TRANSFER_FAILED", Layer.TALK, "转人工失败"
    ROBOT_FAULT = "ROBOT_FAULT", Layer.TALK, "机器人故障"

    GRADE_A = "A", Layer.BUSINESS, "意向 A"
    GRADE_B = "B", Layer.BUSINESS, "意向 B"
    GRADE_C = "C", Layer.BUSINESS, "意向 C"
    GRADE_D = "D", Layer.BUSINESS, "拒绝 D"
    GRADE_E = "E", Layer.BUSINESS, "未交谈 E"
    CALLBACK_AT = "CALLBACK_AT", Layer.BUSINESS, "约定回拨"
    STOP_REQUEST = "STOP_REQUEST", Layer.BUSINESS, "要求停呼"
    COMPLAINT_RISK = "COMPLAINT_RISK", Layer.BUSINESS, "投诉风险"
    WRONG_PERSON = "WRONG_PERSON", Layer.BUSINESS, "非本人"
    ADDED = "ADDED", Layer.BUSINESS, "已添加"
