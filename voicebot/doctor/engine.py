"""Check of the engine that names intents: the training data, and the Rasa server if one is wanted.

Of a server's model only its file's name is known from outside; `voicebot nlu export-rasa` puts the digest of the
intents into it.
"""

import asyncio
import time

from voicebot.doctor.findings import Finding, from_error, outside_fault, warning, well
from voicebot.errors import EngineUnavailable, VoicebotError
from voicebot.rasa.chosen import check_engine
from voicebot.rasa.client import ModelStatus, RasaClient
from voicebot.rasa.engine import PROBE_S, PROBE_TEXT
from voicebot.settings import Settings
from voicebot.understanding.nlu_yaml import Training, load_training, training_files
from voicebot.understanding.rasa import Translation
from voicebot.understanding.rasa_files import MODEL_PREFIX, model_name
from voicebot.understanding.thresholds import EMBEDDED

REMEDIES = {
    "token refused": "set VOICEBOT_RASA_TOKEN to what the server was started with as --auth-token",
    "no model loaded": "train one: voicebot nlu export-rasa DIR says how; then start the server with it",
}
START_IT = "start it (docker compose up rasa), or correct VOICEBOT_RASA_URL"
MEANWHILE = "calls go on with the embedded engine meanwhile"


def look(settings: Settings) -> Finding:
    """The engine of the settings."""
    what = "understanding"
    try:
        check_engine(settings)
        training = load_training(training_files(settings.intents_dir))
    except VoicebotError as error:
        return from_error(what, error, "correct it")
    if settings.nlu_engine == EMBEDDED:
        return well(what, f"embedded engine, {len(training.intents)} intents, {len(training.examples)} examples")
    try:
        status, took_ms = asyncio.run(_ask(settings, Translation(training)))
    except EngineUnavailable as error:
        why = str(error)
        return outside_fault(what, f"rasa at {settings.rasa_url}: {why}; {MEANWHILE}", REMEDIES.get(why, START_IT))
    return judge_rasa(status, training, took_ms, settings)


async def _ask(settings: Settings, translation: Translation) -> tuple[ModelStatus, int]:
    """The server's model, and how long its second sentence took: the first one loads what it needs."""
    try:
        async with asyncio.timeout(PROBE_S), RasaClient(settings.rasa_url, settings.rasa_token, 1) as client:
            status = await client.status()
            await client.parse(PROBE_TEXT)
            began = time.monotonic()
            answer = await client.parse(PROBE_TEXT)
            took_ms = round((time.monotonic() - began) * 1000)
            translation.parse(PROBE_TEXT, answer)
    except TimeoutError:
        raise EngineUnavailable(f"no answer within {PROBE_S:.0f} s") from None
    except ValueError:
        raise EngineUnavailable("what it answers is no answer of Rasa") from None
    return status, took_ms


def judge_rasa(status: ModelStatus, training: Training, took_ms: int, settings: Settings) -> Finding:
    """A server that answers: in time, and with the model of these intents, as far as its file's name tells."""
    what = "understanding"
    why = f"rasa at {settings.rasa_url} has the model {status.name}, a sentence takes {took_ms} ms"
    wanted = model_name(training)
    anew = f"train it on these intents: voicebot nlu export-rasa DIR says how (the model is then named {wanted})"
    if took_ms > settings.rasa_deadline_ms:
        slow = f"{why}, longer than VOICEBOT_RASA_DEADLINE_MS={settings.rasa_deadline_ms}"
        return warning(what, slow, "give the server a processor of its own, or a smaller pipeline")
    if status.name == wanted:
        return well(what, f"{why}, trained on these intents")
    if status.name.startswith(MODEL_PREFIX):
        return warning(what, f"{why}, trained on other intents than are here now", anew)
    return warning(what, f"{why}: its name does not tell what it was trained on", anew)
