"""When a yes is not to be taken for one: it asks, it is denied, it is put off, or it is about something else.

A false yes costs a person's time, a missed one costs a question more; so this only ever takes away.
"""

import re

_IDIOMS = re.compile(
    r"没问题|么问题|没错|没事|没关系|没意见|不错|不是问题|不成问题|不客气|不用谢|不好意思|差不多|不得了|对不对|是不是|"
    r"不介意|不麻烦|忙不忙|怎么了|怎么啦|怎么样都|什么都可以|什么都行|随时|no problem|why not"
)
"""Words with a negation or a question in them that deny and ask nothing."""
_DENIED = re.compile(r"[不没别甭勿]|算了|拒绝|\bnot?\b|n't\b|\bnever\b")
_PUT_OFF = re.compile(
    r"考虑|再说|以后|下次|改天|改日|回头|看情况|也许|可能|商量|想一想|想想|琢磨|晚点|待会|等会|等一下|过几天|过两天|"
    r"过段时间|先等|有空再|\bmaybe\b|\bperhaps\b|\blater\b"
)
_ASKED = re.compile(
    r"[吗么]$|怎么|咋|什么|啥|多少|谁|哪|几[个点号]|为什么|为何|有没有|能不能|可不可以|(.)不\1|\b(?:what|who|how|why|where)\b"
)
_OTHER_SUBJECT = re.compile(
    r"谁|哪|多少|名字|姓名|电话|手机号|微信号|号码|地址|位置|费|利息|利率|价|钱|公司|流程|操作|机器|人工|"
    r"\b(?:who|where|how much|price|cost)\b"
)
"""说说费用 is a question about the price, not interest."""
_DOUBTS = {
    "affirm": (("denied", _DENIED), ("put off", _PUT_OFF), ("asked", _ASKED)),
    "agree_wechat": (("denied", _DENIED), ("put off", _PUT_OFF), ("asked", _ASKED)),
    "interested": (("denied", _DENIED), ("put off", _PUT_OFF), ("another subject", _OTHER_SUBJECT)),
}
AGREEMENT = frozenset(_DOUBTS)
"""Intents that lead a call to a person or to a grade A."""


def doubt(text: str, intent: str) -> str:
    """Why an engine's word that normalised `text` means `intent` is not taken; empty when nothing speaks against it."""
    if intent not in _DOUBTS:
        return ""
    plain = _IDIOMS.sub("。", text)
    return next((f"{why}: {hit[0]}" for why, pattern in _DOUBTS[intent] if (hit := pattern.search(plain))), "")
