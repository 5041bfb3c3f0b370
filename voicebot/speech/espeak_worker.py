"""The process in which espeak-ng runs: requests on stdin, answers on stdout (framing in `espeak_wire`).
Only the binding to the C library belongs here; restarts, deadlines and typed errors are `espeak`'s."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Any, BinaryIO

import espeakng_loader  # type: ignore[import-untyped]  # it ships no types

from voicebot.speech import espeak_wire

# speak_lib.h of espeak-ng 1.52
AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_PHONEME_EVENTS = 0x0001
INITIALIZE_DONT_EXIT = 0x8000
CHARS_UTF8 = 1
POS_CHARACTER = 1
PHONEMES_SEPARATED_BY_SPACE = ord(" ") << 8
EVENT_LIST_TERMINATED, EVENT_WORD, EVENT_PHONEME = 0, 1, 7
PARAMETER_RATE, PARAMETER_PITCH, PARAMETER_RANGE = 1, 3, 4
VARIANT_LANGUAGE = b"variant"


class Refused(Exception):
    """The library cannot do what was asked; the text goes to the caller."""


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class Library:
    """libespeak-ng, initialised once: a second espeak_Initialize in one process corrupts it."""

    def __init__(self) -> None:
        lib = ctypes.CDLL(espeakng_loader.get_library_path())
        lib.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        lib.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        lib.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
        lib.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        lib.espeak_ListVoices.argtypes = [ctypes.POINTER(_Voice)]
        lib.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        self._lib = lib
        self._callback = _SynthCallback(self._on_audio)  # the library keeps a bare pointer to it
        self._pcm: list[bytes] = []
        self._phones: list[tuple[str, int]] = []
        self._words: list[tuple[int, int, int]] = []
        self.sample_rate: int = lib.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS,
            0,
            espeakng_loader.get_data_path().encode(),
            INITIALIZE_PHONEME_EVENTS | INITIALIZE_DONT_EXIT,
        )
        if self.sample_rate <= 0:
            raise OSError(f"espeak_Initialize failed with {self.sample_rate}")
        lib.espeak_SetSynthCallback(self._callback)
        self._voices = self._list_voices()

    def _on_audio(self, samples: int | None, count: int, events: Any) -> int:
        if samples and count > 0:
            self._pcm.append(ctypes.string_at(samples, count * 2))
        index = 0
        while events[index].type != EVENT_LIST_TERMINATED:
            event = events[index]
            if event.type == EVENT_PHONEME:
                self._phones.append((event.id.decode("utf-8", "replace"), event.sample))
            elif event.type == EVENT_WORD:
                self._words.append((event.text_position - 1, event.length, event.sample))
            index += 1
        return 0

    def synthesize(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Answer one `synthesize` request of `espeak_wire`."""
        self._choose_voice(request["voice"])
        for parameter, value in (
            (PARAMETER_RATE, request["rate"]),
            (PARAMETER_PITCH, request["pitch"]),
            (PARAMETER_RANGE, request["range"]),
        ):
            self._lib.espeak_SetParameter(parameter, value, 0)
        text = request["text"].encode()
        status = self._lib.espeak_Synth(text, len(text) + 1, 0, POS_CHARACTER, 0, CHARS_UTF8, None, None)
        if status != 0:
            raise Refused(f"espeak_Synth failed with {status}")
        head = {"sample_rate": self.sample_rate, "phones": self._phones, "words": self._words}
        return head, b"".join(self._pcm)

    def phonemes(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Answer one `phonemes` request: a text of mnemonics for each clause."""
        self._choose_voice(request["voice"])
        rest = ctypes.c_char_p(request["text"].encode())
        clauses = []
        while rest.value:
            found = self._lib.espeak_TextToPhonemes(ctypes.byref(rest), CHARS_UTF8, PHONEMES_SEPARATED_BY_SPACE)
            clauses.append(found.decode())
        return {"clauses": clauses}, b""

    def _choose_voice(self, name: str) -> None:
        _, _, variant = name.partition("+")
        if variant and variant not in self._voices["variants"]:  # the library would speak without it
            raise Refused(f"no variant {variant!r} is installed; `voices()` lists those that are")
        if self._lib.espeak_SetVoiceByName(name.encode()) != 0:
            raise Refused(f"no voice {name!r} is installed; `voices()` lists those that are")

    def voices(self, _: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Answer one `voices` request: language codes, and variants to append as `+variant`."""
        return self._voices, b""

    def _list_voices(self) -> dict[str, list[str]]:
        languages = [voice.languages[1:].decode() for voice in self._list(None)]  # [0] is a priority byte
        spec = _Voice(languages=VARIANT_LANGUAGE)
        variants = [voice.identifier.decode().rpartition("/")[2] for voice in self._list(ctypes.byref(spec))]
        return {"languages": sorted(set(languages)), "variants": sorted(set(variants))}

    def _list(self, spec: Any) -> list[_Voice]:
        found: list[_Voice] = []
        pointers = self._lib.espeak_ListVoices(spec)
        while pointers[len(found)]:
            found.append(pointers[len(found)].contents)
        return found


def serve(library: Library, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests one by one until the other side closes the pipe.

    Each is answered in a fork of the freshly initialised library: a text that crashes it takes nothing with it,
    and samples never depend on what was spoken before (the library carries state from one text to the next).
    """
    while (request := espeak_wire.read_request(requests)) is not None:
        child = os.fork()
        if child == 0:
            answers.write(espeak_wire.pack_answer(*_answer(library, request)))
            answers.flush()
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status < 0:
            cause = f"espeak-ng crashed ({signal.Signals(-status).name}); another variant, rate or wording may pass"
            answers.write(espeak_wire.pack_answer({"error": cause}, b""))
            answers.flush()
        elif status > 0:
            sys.exit(status)


def _answer(library: Library, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    handlers = {"synthesize": library.synthesize, "phonemes": library.phonemes, "voices": library.voices}
    try:
        return handlers[request["do"]](request)
    except Refused as error:
        return {"error": str(error)}, b""


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the C library prints must not reach the answers
    try:
        library = Library()
    except OSError as error:
        answers.write(espeak_wire.pack_answer({"error": f"the library does not load: {error}"}, b""))
        sys.exit(1)
    serve(library, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
