"""A rehearsal with audio, between stand-ins of voice and recogniser: what is spoken is heard as in a call."""

from voicebot.app.voiced_talk import CustomerLine, VoicedTalk
from voicebot.dialog.commands import Say
from voicebot.dialog.loader import load_text
from voicebot.dialog.rehearsal import RobotSaid, Understood
from voicebot.media.frames import FRAME_BYTES, bytes_of, ms_of
from voicebot.speech.hearing import Hearing
from voicebot.speech.standin import LevelVad, StandinModel, StandinVoice

SCRIPT = load_text(
    """script: tiny
start: ask
limits: {max_call_s: 60}
defaults: {listen: {end_silence_ms: 400, no_input_ms: 3000}}
nodes:
  ask:
    say: 您好，您之前问过我们的沙发，现在还在看吗？
    ask: 还在看吗？
    barge_in: {protect_ms: 0, min_chars: 2}
    answers:
      - {id: yes, keywords: [还在看], go: bye}
      - {id: "no", keywords: [不看了], go: bye}
  bye:
    say: 再见！
    then: {hang_up: ROBOT_END}
""",
    "tiny.yaml",
)
VOICE = StandinVoice()
PLAIN = CustomerLine()


def talk(line: CustomerLine = PLAIN, prompts: bool = False) -> VoicedTalk:
    ears = Hearing(StandinModel().open(), LevelVad())
    audio = (lambda say: VOICE.render(say.text, "any")) if prompts else None
    return VoicedTalk(SCRIPT, {}, None, ears, 0.5, line, audio)


def sound(text: str) -> bytes:
    return VOICE.render(text, "any")


def test_what_is_spoken_after_the_prompt_is_heard_and_answered() -> None:
    call = talk()
    call.pick_up()
    (heard,) = call.speak(sound("我还在看"))
    assert (heard.text, heard.match.choice, heard.played_ms) == ("我还在看", "yes", None)
    assert call.state.node == "bye"
    assert [type(note) for note in call.notes()] == [RobotSaid, Understood, RobotSaid]
    call.finish()
    assert call.over


def test_the_words_are_timed_by_the_audio() -> None:
    call = talk()
    call.pick_up()
    call.finish()
    quiet = call.now
    (heard,) = call.speak(sound("不看了"))
    assert 480 <= heard.began - quiet <= 500  # the customer's reaction, to whole frames
    assert heard.ended - heard.began == 3 * 120
    assert heard.at >= heard.ended


def test_words_over_the_prompt_cut_it_where_they_were_recognised() -> None:
    call = talk(prompts=True)
    call.pick_up()
    (heard,) = call.speak(sound("不看了"), at_ms=600)
    assert heard.match.choice == "no"
    assert call.state.turns[0].barge_in
    first, second = call.sounded[:2]
    assert 600 < ms_of(len(first.heard)) < 600 + 3 * 120 + 60
    assert second.at >= heard.at
    assert call.state.said[0].heard_ms == ms_of(len(first.heard))


def test_a_prompt_lasts_as_long_as_its_sound() -> None:
    call = talk(prompts=True)
    call.pick_up()
    call.finish()
    say = Say(1, "ask", "您好，您之前问过我们的沙发，现在还在看吗？", "female")
    assert call.state.said[0].heard_ms == call.now == ms_of(len(sound(say.text)))


def test_silence_and_typed_words_go_as_in_any_rehearsal() -> None:
    call = talk()
    call.pick_up()
    call.wait()
    assert call.state.visits[0].no_inputs == 1
    call.say("还在看")
    assert call.state.turns[0].choice == "yes"
    assert call.utterances == []


def test_the_ear_hears_the_whole_call_and_what_the_line_adds() -> None:
    noise = bytes(bytearray(range(256)) * 20)
    call = talk(CustomerLine(background=noise))
    call.pick_up()
    call.finish()
    assert ms_of(len(call.customer)) == call.now // 20 * 20
    assert bytes(call.customer[:FRAME_BYTES]) == noise[:FRAME_BYTES]


def test_lost_frames_are_silence_and_the_same_ones_for_the_same_seed() -> None:
    def customer(loss: float, seed: str) -> bytes:
        call = talk(CustomerLine(b"\1\1" * bytes_of(1000), loss, seed))
        call.pick_up()
        call.run_to(4000)
        return bytes(call.customer)

    lossy = customer(0.25, "one")
    frames = [lossy[at : at + FRAME_BYTES] for at in range(0, len(lossy), FRAME_BYTES)]
    lost = sum(not any(frame) for frame in frames)
    assert 0.1 * len(frames) < lost < 0.4 * len(frames)
    assert customer(0.25, "one") == lossy != customer(0.25, "two")
    assert all(customer(0.0, "one"))


def test_nothing_is_heard_of_silence() -> None:
    call = talk()
    call.pick_up()
    assert call.speak(bytes(bytes_of(800))) == ()
    assert call.state.turns == ()
