"""What reviewers choose from: the grades, and what can be wrong with a call, by name; each with its meaning."""

GRADES_MEAN = {
    "A": "有明确意向: said yes to what the script asks for",
    "B": "有兴趣: interested, has not said yes",
    "C": "犹豫或改时间: hesitates, or another time",
    "D": "拒绝: does not want it",
    "E": "未交谈: nobody talked, a machine, or not the person",
}
"""What a grade means whatever the script; which rule of a script gives it is told by `voicebot grade explain`."""

REASONS = {
    "misheard": "听错: the words were recognised wrongly",
    "misunderstood": "理解错: the words were right, what was made of them was not",
    "wrong_answer": "答非所问: the answer did not fit what the customer said",
    "wrong_fact": "信息有误: the robot said something untrue or promised what nobody offers",
    "repeated": "重复: the same was said again without need",
    "talked_over": "抢话: the robot spoke while the customer did, or did not stop",
    "slow": "反应慢: the customer had to wait for an answer",
    "ended_early": "过早挂断: the robot hung up on somebody who wanted to talk",
    "ignored_stop": "忽视拒绝: the customer wanted no more calls and the robot went on",
    "no_disclosure": "未表明身份: the robot did not say who calls, or that it is a machine",
    "handoff_failed": "转人工失败: the customer was to get a person and did not",
    "wrong_person": "非本人: somebody else or a machine answered and the robot did not notice",
    "bad_audio": "音质差: noise, gaps or an unnatural voice",
    "other": "其他: say in the note what it was",
}
"""Each with its meaning, in Chinese and English."""
