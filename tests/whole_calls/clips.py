"""A handful of labelled recordings for whole calls: what networks announce, a mailbox with its beep, a person."""

import json
from pathlib import Path

import numpy as np

from voicebot.media import frames, pcm
from voicebot.sim.clips import LABELS
from voicebot.speech.espeak import EspeakVoice

VOICE, RATE = "cmn+m3", 165
BEEP_HZ, BEEP_MS = 1000, 500
LEVEL = 6000
SPOKEN = {
    ("early", "EMPTY"): "您好，您拨打的号码是空号，请核对后再拨。",
    ("early", "POWER_OFF"): "您好，您拨打的用户已关机，请稍后再拨。",
    ("early", "BUSY"): "您好，您拨打的用户正在通话中，请稍后再拨。",
    ("answer", "VOICEMAIL"): "您好，我现在无法接听您的电话，请在滴声后留言。",
    ("answer", "HUMAN"): "喂，你好。",
}


def write(directory: Path) -> None:
    """One clip of each as `voicebot demo --clips` reads them. Announcements are said twice, as networks do."""
    directory.mkdir()
    rows = []
    with EspeakVoice() as espeak:
        for (phase, label), text in SPOKEN.items():
            speech = espeak.synthesize(text, VOICE, RATE)
            said = pcm.resample(speech.pcm, speech.sample_rate).astype(np.float64)
            said *= LEVEL / np.abs(said).max()
            pieces = [_silence(300), said]
            if phase == "early":
                pieces += [_silence(800), said]
            elif label == "VOICEMAIL":
                pieces += [_silence(600), _beep()]
            name = f"{label}.wav"
            (directory / name).write_bytes(pcm.wav_of(pcm.l16(np.concatenate([*pieces, _silence(300)]))))
            rows.append({"file": name, "phase": phase, "label": label})
    lines = (json.dumps(row) + "\n" for row in rows)
    (directory / LABELS).write_text("".join(lines), encoding="utf-8")


def _silence(ms: int) -> np.ndarray:
    return np.zeros(ms * frames.RATE // 1000)


def _beep() -> np.ndarray:
    at_s = np.arange(BEEP_MS * frames.RATE // 1000) / frames.RATE
    return LEVEL * np.sin(2 * np.pi * BEEP_HZ * at_s)
