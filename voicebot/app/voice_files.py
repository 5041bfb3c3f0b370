"""A talk's sounds as WAV files: the customer's turns in, the robot's prompts and the whole talk out.

Everything the customer says comes through a telephone, whatever the file was made with.
"""

import re
from pathlib import Path
from typing import Final

from voicebot.app.places import writable
from voicebot.app.voiced_talk import VoicedTalk
from voicebot.errors import UsageError
from voicebot.media.frames import bytes_of
from voicebot.media.pcm import Samples, decode_wav, encode_stereo, encode_wav, l16, resample, samples_of, through_alaw
from voicebot.sim.sounds import telephone_band

MAX_S: Final = 60
"""Longest turn of a customer, seconds."""
WHOLE_TALK: Final = "conversation.wav"
ODD: Final = re.compile(r"[^-.\w]")
"""What a node's name may have and a file's name should not."""


def customer_turn(path: Path) -> bytes:
    """What is said in a 16-bit WAV of any rate, its channels mixed, as L16 8 kHz after a telephone line.

    Raises UsageError naming the file, what is wrong with it, and the remedy.
    """
    try:
        samples, rate = decode_wav(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
    if not len(samples) or rate <= 0:
        raise UsageError(f"{path}: no samples in it; record it anew")
    if len(samples) > MAX_S * rate:
        raise UsageError(f"{path}: {len(samples) / rate:.0f} s, a turn is at most {MAX_S} s; cut it into turns")
    return l16(through_alaw(telephone_band(resample(samples, rate))))


def write_sounds(talk: VoicedTalk, directory: Path) -> tuple[Path, ...]:
    """The prompts, each as NN_NODE.wav, and the whole talk with the customer left and the robot right.

    Raises StoreError when the directory takes no files, OSError.
    """
    writable(directory, "directory for prompts")
    files = [
        (f"{one.say.say_id:02}_{ODD.sub('_', one.say.node)}.wav", encode_wav(samples_of(one.pcm)))
        for one in talk.sounded
    ]
    files.append((WHOLE_TALK, encode_stereo(samples_of(bytes(talk.customer)), _robot(talk))))
    for name, data in files:
        (directory / name).write_bytes(data)
    return tuple(directory / name for name, _ in files)


def _robot(talk: VoicedTalk) -> Samples:
    """The robot's channel, up to the end of the call."""
    channel = bytearray(bytes_of(talk.now))
    for one in talk.sounded:
        at = bytes_of(one.at)
        channel[at : at + len(one.heard)] = one.heard
    return samples_of(bytes(channel[: bytes_of(talk.now)]))
