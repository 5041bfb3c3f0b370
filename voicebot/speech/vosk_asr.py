"""Vosk behind the recogniser port: loading a model by name, streaming, its JSON made into transcripts.
Where utterances begin and end is decided by `ear`; Vosk's own endpointing is only kept from cutting text off."""

import json
from pathlib import Path
from typing import Any, Final

from voicebot.errors import ModelMissing, SpeechError
from voicebot.media.frames import RATE, ms_of
from voicebot.settings import Settings
from voicebot.speech.ports import Recogniser, Transcript, Word
from voicebot.understanding.normalise import normalise

UNKNOWN_WORD: Final = "[unk]"
FALLBACK_CONFIDENCE: Final = 0.5  # a last partial in place of an empty final: words, but the search dropped them
GRAPHS: Final = ("graph/HCLG.fst", "graph/HCLr.fst")
QUIET: Final = -1  # Vosk's log level: nothing on stderr


class VoskModel:
    """A loaded model; threads may open recognisers at the same time."""

    def __init__(self, directory: Path) -> None:
        """Raises ModelMissing when `directory` holds no model, or a damaged one."""
        self.name = directory.name
        self.directory = directory
        check_files(directory)
        import vosk  # type: ignore[import-untyped]  # here: it costs 0.2 s that only those who recognise should pay

        vosk.SetLogLevel(QUIET)
        self._recogniser = vosk.KaldiRecognizer
        try:
            self._model = vosk.Model(str(directory))
        except Exception as error:  # Vosk raises nothing more special
            raise ModelMissing(
                f"recognition model {directory}: Vosk cannot load it ({error}); pull it anew or choose another"
            ) from error

    def open(self) -> Recogniser:
        try:
            return VoskRecogniser(self._recogniser(self._model, RATE))
        except Exception as error:  # Vosk raises nothing more special
            raise SpeechError(f"recognition model {self.name}: Vosk opens no recogniser ({error})") from error


class VoskRecogniser:
    """One call's `vosk.KaldiRecognizer`, reused from utterance to utterance."""

    def __init__(self, kaldi: Any) -> None:
        self._kaldi = kaldi
        self._kaldi.SetWords(True)
        self._fed_bytes = 0
        self._utterance_from_ms = 0
        self._words: list[Word] = []
        self._unknown = 0
        self._partial = ""

    def feed(self, pcm: bytes) -> str | None:
        self._fed_bytes += len(pcm)
        try:
            if self._kaldi.AcceptWaveform(pcm):  # its own endpoint: take the text, or it is lost, and listen on
                self._take(json.loads(self._kaldi.Result()))
                partial = ""
            else:
                partial = json.loads(self._kaldi.PartialResult())["partial"]
        except Exception as error:  # Vosk raises nothing more special
            raise SpeechError(f"Vosk failed on {ms_of(len(pcm))} ms of audio ({error}); open a new ear") from error
        text = _text([*(word.text for word in self._words), *partial.split()])
        if text == self._partial:
            return None
        self._partial = text
        return text

    def finish(self) -> Transcript:
        try:
            self._take(json.loads(self._kaldi.FinalResult()))
        except Exception as error:  # Vosk raises nothing more special
            raise SpeechError(f"Vosk failed to finish an utterance ({error}); open a new ear") from error
        words, partial, unknown = tuple(self._words), self._partial, self._unknown
        self._start()
        text = _text([word.text for word in words])
        if text:
            return Transcript(text, sum(word.confidence for word in words) / len(words), words, unknown)
        return Transcript(partial, FALLBACK_CONFIDENCE if partial else 0.0, (), unknown, fallback=bool(partial))

    def reset(self) -> None:
        self._kaldi.Reset()
        self._start()

    def _start(self) -> None:
        self._words = []
        self._unknown = 0
        self._partial = ""
        self._utterance_from_ms = ms_of(self._fed_bytes)

    def _take(self, result: dict[str, Any]) -> None:
        """Keep a result's words. Vosk counts their seconds from the recogniser's first audio, not the utterance's."""
        for word in result.get("result", ()):
            if word["word"] == UNKNOWN_WORD:
                self._unknown += 1
                continue
            began = round(word["start"] * 1000) - self._utterance_from_ms
            ended = round(word["end"] * 1000) - self._utterance_from_ms
            self._words.append(Word(word["word"], began, ended, word["conf"]))


def load_model(name_or_path: str, settings: Settings, chosen_by: str = "VOICEBOT_MODEL") -> VoskModel:
    """The model at a path, or of that name in `settings.models_dir` or `data_dir`/models.

    `chosen_by`: the setting that named it. Raises ModelMissing saying where it was looked for and how to get it.
    """
    places = [Path(name_or_path), settings.models_dir / name_or_path, settings.data_dir / "models" / name_or_path]
    for place in places:
        if place.is_dir():
            return VoskModel(place.resolve())
    raise ModelMissing(
        f"recognition model {name_or_path!r} is not in {places[1].parent}, not in {places[2].parent} and no directory;"
        " `voicebot models list` shows what there is, `voicebot models pull NAME` fetches one,"
        f" {chosen_by} chooses"
    )


def check_files(directory: Path) -> None:
    """Raise ModelMissing naming the files that Vosk cannot do without and that are not there: itself it only fails."""
    acoustic = directory / "am" / "final.mdl"
    features = directory / "conf"
    graphs = [directory / graph for graph in GRAPHS]
    missing = [str(path) for path in (acoustic, features) if not path.exists()]
    if not any(graph.exists() for graph in graphs):
        missing.append(" or ".join(map(str, graphs)))
    empty = [str(path) for path in (acoustic, *graphs) if path.is_file() and path.stat().st_size == 0]
    if missing or empty:
        what = "; ".join([*(f"no {path}" for path in missing), *(f"empty {path}" for path in empty)])
        raise ModelMissing(f"recognition model {directory}: {what}; pull or unpack it anew")


def _text(words: list[str]) -> str:
    return normalise(" ".join(word for word in words if word != UNKNOWN_WORD))
