"""Small scripts for the tests of the dialog."""

TALK = """
script: talk
needs:
  surname: {default: 张}
start: opening
limits: {max_call_s: 120, max_turns: 10}
defaults:
  listen: {no_input_ms: 4000, end_silence_ms: 500, max_speech_ms: 8000, digits_ms: 2000}
  barge_in: {protect_ms: 300, min_chars: 2, ignore: [嗯, 好的, 哦], stop: [停], after: resume, tail_ms: 1500}
  no_input:
    - {say: 您好，听得到吗？}
    - {ask: true}
    - {say: 听不到您的声音。, hang_up: SILENCE}
  no_match:
    - {say: 没听清。, ask: true}
    - {go: bye}
  max_visits: 2
  too_often: {go: bye}
nodes:
  opening:
    say: "{surname}先生您好，我是智能助理，请问现在方便说两句吗？"
    ask: 现在方便吗？
    answers:
      - {id: yes, intent: affirm, keywords: [方便], digits: "1", score: 2, tag: TALKS, go: offer}
      - {id: no, intent: deny, keywords: [没空, 不方便], digits: "2", go: bye}
      - {id: slower, keywords: [慢一点], say: 好的我慢点说。, return: say}
  offer:
    say: 送您一张券，可以加您微信吗？
    ask: 可以加您微信吗？
    answers:
      - {id: yes, intent: affirm, keywords: [可以加], digits: "1", score: 3, set: {wechat: "{surname}同意"}, go: done}
      - {id: code, keywords: [验证码], digits: "123", go: done}
      - {id: no, intent: deny, keywords: [不加], digits: "2", say: 没关系。, go: bye}
  done:
    say: 好的，再见！
    then: {hang_up: ROBOT_END, tag: ADDED}
  bye:
    say: 不打扰您了，再见！
    then: {hang_up: ROBOT_END}
  agent_busy:
    say: 顾问都在忙，稍后回电可以吗？
    answers:
      - {id: yes, intent: affirm, tag: CALLBACK, follow_up: {type: call_back, in_minutes: 60}, go: bye}
      - {id: no, intent: deny, return: ask}
  check:
    say: 请问是本人吗？
    answers:
      - {id: person, intent: affirm, return: say}
      - {id: machine, keywords: [留言], hang_up: ROBOT_END, tag: MACHINE}
anywhere:
  - {id: who, keywords: [你是谁], say: 我是智能助理。, return: ask}
  - {id: wait, keywords: [等一下], say: 好的您请说。, return: listen}
  - {id: human, keywords: [转人工], digits: "0", hand_off: agents}
  - {id: stop, intent: stop_calling, keywords: [别打了], tag: STOP_REQUEST, stop_request: true, go: bye}
  - {id: machine, keywords: [滴声], go: check}
handoff:
  agents: {target: agents, timeout_s: 20, hold: [正在转接。, 请再稍等。], hold_gap_ms: 3000, on_fail: agent_busy}
grading:
  - {grade: D, name: stop, when: {tag: STOP_REQUEST}}
  - {grade: A, name: agreed, when: {reached: done, slot: wechat}}
  - {grade: B, name: talked, when: {score: {min: 2}}}
  - {grade: C, name: said something, when: {turns: {min: 1}}}
  - {grade: E, name: nothing}
"""
