"""Thirty attempts of two campaigns, small enough to count by hand: all that happened, as texts in Shanghai time.

Sunday 1 and Monday 2 March 2026, in two weeks. hand_counted.py writes it; what reports must say stands in the tests.
"""

NUMBERS = {"n1": "051200000001", "n2": "051200000002", "n3": "051200000003"}

SPRING = """
campaign: spring
title: 春季邀约
purpose: wecom
script: invite
costs: {lead: 0.10, call: 0.02, agent_minute: 1, fixed: 10}
targets: {connect_rate: 80%, intent_rate: 40%, adds: 4}
"""
LOAN = """
campaign: loan
title: 贷款
purpose: loan
script: loan
costs: {call: 0.05, minute: 0.30}
"""

# S: spring, K: loan. Scores of spring are rates, those of loan are points.
LEADS = """
lead source persona area carrier score state   code
S1   天猫   worker  苏州 移动    0.9   done    TRANSFERRED
S2   京东   worker  上海 联通    0.3   done    CUSTOMER_HANGUP
S3   天猫   worker  苏州 移动    0.8   done    TRANSFERRED
S4   京东   retired 上海 联通    0.2   done    EMPTY
S5   天猫   retired 苏州 移动    0.1   done    CUSTOMER_HANGUP
S6   京东   retired 上海 联通    0.2   done    ROBOT_END
S7   天猫   worker  苏州 移动    0.7   done    ROBOT_END
S8   京东   retired 上海 联通    0.4   done    ROBOT_END
S9   天猫   worker  苏州 移动    0.6   done    CUSTOMER_HANGUP
S10  京东   retired 上海 联通    0.3   done    ROBOT_END
S11  天猫   worker  苏州 移动    0.5   claimed -
S12  天猫   worker  苏州 移动    0.5   refused STOP_LIST
S13  京东   worker  上海 联通    0.5   refused COMPLAINT
K1   抖音   worker  苏州 移动    60    done    ROBOT_END
K2   抖音   worker  苏州 移动    30    done    CUSTOMER_HANGUP
K3   抖音   worker  苏州 移动    20    done    POWER_OFF
K4   抖音   retired 苏州 移动    40    done    CUSTOMER_HANGUP
K5   抖音   worker  苏州 移动    90    done    TRANSFERRED
K6   抖音   worker  苏州 移动    80    done    ROBOT_END
K7   抖音   retired 苏州 移动    50    done    ROBOT_END
K8   抖音   worker  苏州 移动    10    refused STOP_LIST
K9   抖音   worker  苏州 移动    70    done    REJECTED
"""

# Rang, answered, ended: seconds since it was dialled. 18 is still in the air.
ATTEMPTS = """
n  lead day time  line shown try rang answered ended  code            by
1  S1   Sun 09:10 g1   n1    1   2    10       70     TRANSFERRED     agent
2  S2   Sun 09:20 g1   n1    1   2    -        32     NO_ANSWER       switch
3  S3   Sun 09:30 g1   n1    1   -    -        3      BUSY            switch
4  S4   Sun 09:40 g2   n2    1   -    -        2      EMPTY           switch
5  S5   Sun 10:05 g2   n2    1   3    8        10.3   CUSTOMER_HANGUP customer
6  S6   Sun 10:10 g1   n1    1   2    12       24     ROBOT_END       robot
7  S7   Sun 10:20 g2   n2    1   3    15       45     ROBOT_END       robot
8  S8   Sun 11:00 g2   n2    1   -    -        1      LINE_ERROR      switch
9  S2   Sun 14:10 g1   n1    2   2    8        17.2   CUSTOMER_HANGUP customer
10 S3   Sun 14:15 g1   n1    2   -    -        3      BUSY            switch
11 S8   Sun 14:20 g2   n2    1   4    24       30     VOICEMAIL       robot
12 S9   Sun 15:00 g1   n2    1   2    -        6      REJECTED        customer
13 S3   Mon 07:50 g1   n1    3   2    11       86     TRANSFERRED     agent
14 S9   Mon 09:10 g2   n2    2   3    10       30     CUSTOMER_HANGUP customer
15 S10  Mon 09:30 g1   n1    1   2    -        27     NO_ANSWER       switch
16 S8   Mon 09:40 g2   n2    2   3    8        48     ROBOT_END       robot
17 S10  Mon 14:00 g1   n1    2   2    10       25     ROBOT_END       robot
18 S11  Mon 14:30 g1   n1    1   -    -        -      -               -
19 K1   Sun 16:00 g3   n3    1   1    10       60     ROBOT_END       robot
20 K2   Sun 16:05 g3   n3    1   1    -        31     NO_ANSWER       switch
21 K3   Sun 16:10 g3   n3    1   -    -        4      POWER_OFF       switch
22 K4   Sun 16:15 g3   n3    1   1    7        11.5   CUSTOMER_HANGUP customer
23 K5   Sun 16:20 g3   n3    1   1    8        41     TRANSFERRED     agent
24 K6   Sun 16:25 g3   n3    1   -    -        3      BUSY            switch
25 K2   Sun 19:00 g3   n3    2   1    13       38     CUSTOMER_HANGUP customer
26 K3   Mon 16:00 g3   n3    2   -    -        4      POWER_OFF       switch
27 K6   Mon 16:05 g3   n3    2   1    9        70     ROBOT_END       robot
28 K7   Mon 16:10 g3   n3    1   -    -        2      CONGESTION      switch
29 K7   Mon 16:12 g3   n3    1   1    6        24     ROBOT_END       robot
30 K9   Mon 16:20 g3   n3    1   1    -        4      REJECTED        customer
"""

# A call: number, grade, script@version. Its lines, in seconds since the answer:
#   NODE from-to ended_by [playing|listening OFFSET] [silent N] [unclear N]  a visit; its prompt is 3 s long
#   "WORDS" from-to CHOICE|- [barge]         a turn in the node above; the robot answers 600 ms after it
#   agent NAME at AT waited S ring S talked S hold S OUTCOME                 a try of a hand-off
CALLS = """
1 A invite@1
  opening 0-8 answer:yes
  "您说吧" 5-5.6 yes
  benefit 8-14 hand_off
  "可以啊" 12.5-13.2 agree
  agent amy at 14 waited 6 ring 4 talked 40 hold 0 answered
5 E invite@1
  opening 0-2.3 hangup playing 2.3
6 D invite@1
  opening 0-6 answer:no
  "别再打了" 2.5-4.5 no barge
  closing 6-12 finished
7 B invite@1
  opening 0-7 answer:yes
  "嗯" 4-4.5 yes
  benefit 7-20 answer:more
  "有什么好处" 11-12 more
  benefit 20-27 answer:later
  "再说吧" 24-25 later
  closing 27-30 finished
9 C invite@1
  opening 0-5 answer:yes
  "喂" 2.5-3.6 yes barge
  benefit 5-9.2 hangup listening 1.2
11 E invite@1
  opening 0-6 finished
13 A invite@2
  opening 0-6 answer:yes
  "可以" 4-4.6 yes
  benefit 6-15 hand_off
  "好的加吧" 12-13 agree
  agent amy at 15 waited 2 ring 0 talked 0 hold 0 busy
  agent bob at 17 waited 8 ring 6 talked 50 hold 10 answered
14 A invite@2
  opening 0-6 answer:yes
  "行" 4-4.4 yes
  benefit 6-20 hangup listening 11
  "可以加" 9.5-10.5 agree
  agent amy at 11 waited 9 ring 9 talked 0 hold 0 customer_left
16 C invite@2
  opening 0-16 no_match unclear 2
  "今天天气" 4.5-5 -
  "喂喂" 12-13 -
  benefit 16-36 no_match silent 1 unclear 1
  "不知道" 20-21 -
  closing 36-40 finished
17 D invite@2
  opening 0-9 answer:no
  "不需要" 5-6 no
  closing 9-15 finished
19 B loan@1
  opening 0-8 answer:yes
  "您好" 4-5 yes
  benefit 8-30 answer:more
  "利息多少" 12-13 more
  benefit 30-46 answer:later
  "考虑一下" 40-41 later
  closing 46-50 finished
22 E loan@1
  opening 0-4.5 hangup listening 1.5
23 A loan@1
  opening 0-5 answer:yes
  "说" 3.5-4 yes
  benefit 5-10 hand_off
  "要" 8.5-9 agree
  agent bob at 10 waited 3 ring 3 talked 20 hold 0 answered
25 C loan@1
  opening 0-10 answer:yes silent 1
  "啊" 8-8.5 yes
  benefit 10-25 hangup listening 12
27 A loan@1
  opening 0-10 answer:yes
  "你说" 5-6 yes
  benefit 10-50 answer:agree
  "我要办" 20-21 agree
  closing 50-61 finished
29 D loan@1
  opening 0-10 answer:no
  "别打了" 5-6 no
  closing 10-18 finished
"""

STOPS = {6: "stop_request: 别再打了", 29: "stop_request: 别打了"}
"""Attempt and reason."""

# Who, when, what; the second is about a call that nobody named.
COMPLAINTS = """
lead day time  attempt shown
S10  Mon 18:00 17      n1
S5   Mon 12:00 -       n2
"""

OUTCOMES = """
key lead type  day time  amount attempt
o1  S1   added Sun 15:00 -      1
o2  S7   added Mon 10:00 -      7
o3  S3   added Mon 20:00 -      13
o4  S1   order Mon 11:00 200    1
o5  K6   order Mon 20:00 1000   27
o6  K5   added Sun 18:00 -      23
o7  S4   added Mon 12:00 -      -
"""
"""o7: a lead that no call reached."""

# State from a moment on, until the next line of the same agent.
SPELLS = """
agent day time     state
amy   Sun 09:00:00 idle
amy   Sun 09:10:26 ringing
amy   Sun 09:10:30 talking
amy   Sun 09:11:10 wrap_up
amy   Sun 09:11:30 idle
amy   Sun 09:20:00 pause
amy   Sun 09:25:00 idle
amy   Sun 09:30:00 offline
amy   Mon 07:40:00 idle
amy   Mon 09:10:21 ringing
amy   Mon 09:10:30 idle
amy   Mon 09:40:00 offline
bob   Sun 16:00:00 idle
bob   Sun 16:20:18 ringing
bob   Sun 16:20:21 talking
bob   Sun 16:20:41 wrap_up
bob   Sun 16:21:11 idle
bob   Sun 17:00:00 offline
bob   Mon 07:40:00 idle
bob   Mon 07:50:30 ringing
bob   Mon 07:50:36 talking
bob   Mon 07:51:26 wrap_up
bob   Mon 07:51:56 idle
bob   Mon 08:40:00 offline
"""

SWITCH_SAYS = {
    "TRANSFERRED": ("NORMAL_CLEARING", 16, 200),
    "CUSTOMER_HANGUP": ("NORMAL_CLEARING", 16, 200),
    "ROBOT_END": ("NORMAL_CLEARING", 16, 200),
    "VOICEMAIL": ("NORMAL_CLEARING", 16, 200),
    "NO_ANSWER": ("NO_ANSWER", 19, 480),
    "BUSY": ("USER_BUSY", 17, 486),
    "REJECTED": ("CALL_REJECTED", 21, 603),
    "EMPTY": ("UNALLOCATED_NUMBER", 1, 404),
    "POWER_OFF": ("SUBSCRIBER_ABSENT", 20, 480),
    "LINE_ERROR": ("NORMAL_TEMPORARY_FAILURE", 41, 500),
    "CONGESTION": ("NORMAL_CIRCUIT_CONGESTION", 34, 503),
}
