"""The one list of settings: name, default, help. Read once at the edge, passed on as a frozen value.

A setting `name` is read from the environment variable VOICEBOT_NAME. No policy belongs here.
"""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from voicebot.errors import UsageError

REPOSITORY = Path(__file__).resolve().parent.parent
ENV_PREFIX = "VOICEBOT_"


PORT = (1, 65_535)
DAYS = (0, 36_500)
A_CALL_S = (2, 43_200)


def _setting(default: Any, text: str, *, secret: bool = False, within: tuple[float, float] | None = None) -> Any:
    """`within`: the least and the most that a figure may be."""
    return field(default=default, metadata={"help": text, "secret": secret, "within": within})


@dataclass(frozen=True)
class Settings:
    """All settings of a process. Paths are absolute after `load`."""

    data_dir: Path = _setting(
        Path(platformdirs.user_data_dir("voicebot")), "where databases, prompts, recordings and pulled models live"
    )
    database_url: str = _setting("", "SQLAlchemy URL; empty means SQLite in data_dir")
    redis_url: str = _setting("", "Redis for rates and live state; empty means the embedded one", secret=True)
    dialogs_dir: Path = _setting(REPOSITORY / "dialogs", "scripts, one YAML file each; what they share stands below it")
    intents_dir: Path = _setting(REPOSITORY / "intents", "intents in Rasa NLU YAML")
    nlu_engine: str = _setting(
        "embedded",
        "what names intents: embedded, or rasa (a Rasa server with the embedded engine behind it)",
    )
    rasa_url: str = _setting("http://127.0.0.1:5005", "the Rasa server; loopback or a private network only")
    rasa_token: str = _setting("", "what the Rasa server was started with as --auth-token", secret=True)
    rasa_deadline_ms: int = _setting(
        300,
        "how long Rasa may take for a sentence, milliseconds; then the embedded engine answers",
        within=(1, 5000),  # nobody on a telephone waits longer for an answer
    )
    models_dir: Path = _setting(REPOSITORY / "models", "recognition models that ship with the product")
    model: str = _setting("demo-zh", "recognition model: a name under models_dir or data_dir/models, or a path")
    model_en: str = _setting("demo-en", "recognition model of scripts in English, chosen like the other")
    switch_host: str = _setting("127.0.0.1", "event socket of FreeSWITCH: host")
    switch_port: int = _setting(8021, "event socket of FreeSWITCH: port", within=PORT)
    switch_password: str = _setting("ClueCon", "event socket of FreeSWITCH: password", secret=True)
    serve_host: str = _setting(
        "127.0.0.1", "address that the call server listens on; loopback or a private network only"
    )
    serve_port: int = _setting(8084, "port that FreeSWITCH's socket application connects to", within=(0, 65_535))
    max_calls: int = _setting(100, "calls at once that one call server takes", within=(1, 10_000))
    gateway: str = _setting("demo", "sofia gateway to dial through")
    caller_number: str = _setting("", "caller number shown to the customer, digits only; empty means the gateway's own")
    ring_timeout_s: int = _setting(30, "longest ringing before NO_ANSWER, seconds", within=(2, 600))
    max_call_s: int = _setting(
        300, "longest call, seconds; the switch ends it even if the robot is dead", within=A_CALL_S
    )
    handoff_dial: str = _setting(
        "",
        "dial string of the human agents where `voicebot agent` knows none of the hand-off's target, for example"
        " sofia/gateway/demo/agent1",
    )
    agent_ring_s: int = _setting(
        12, "longest ringing of one agent's telephone before the next is tried, seconds", within=(2, 600)
    )
    handoff_talk_s: int = _setting(3600, "longest talk of a customer with a human agent, seconds", within=A_CALL_S)
    dial_extension: str = _setting(
        "",
        "where the switch takes dialled calls, for example robot:XML:robot of freeswitch_conf/, which has a spare call"
        " server and an apology behind the first; empty means straight to serve_host:serve_port, and nothing behind it",
    )
    record_calls: bool = _setting(True, "record answered calls in two channels: customer left, robot right")
    avmd: bool = _setting(False, "where a message is left, let the switch's mod_avmd listen for the beep too")
    calls_per_second: float = _setting(5.0, "attempts started per second at most", within=(0.01, 1000))
    outer_hours: str = _setting(
        "8:00-21:00", "hours outside of which no campaign calls, local time of the lead; ranges parted by commas"
    )
    outer_days: str = _setting(
        "workday,weekend,holiday", "days on which campaigns may call at all: mon to sun, workday, weekend, holiday"
    )
    lookup_hosts: str = _setting(
        "", "hosts that look-ups of scripts may ask: HOST or HOST:PORT, parted by commas; empty means none"
    )
    lookup_tokens: str = _setting(
        "", "bearer tokens for services of scripts: SERVICE=TOKEN, parted by commas", secret=True
    )
    webhook_hosts: str = _setting(
        "",
        "hosts that webhooks may be at although they are not on the open internet or speak http: HOST or HOST:PORT,"
        " parted by commas",
    )
    webhook_secrets: str = _setting(
        "", "what signs messages to webhooks: NAME=SECRET, parted by commas; a SECRET may be whsec_BASE64", secret=True
    )
    home_region: str = _setting(
        "CN", "country of numbers that are written without a country code, two letters of ISO 3166"
    )
    min_confidence: float = _setting(
        0.5, "utterances recognised with less, 0 to 1, count as not understood; depends on the model", within=(0, 1)
    )
    recognisers: int = _setting(2, "native threads that recognise speech", within=(1, 256))
    require_disclosure: bool = _setting(True, "every script's opening must say that a machine speaks")
    disclosure_words: str = _setting(
        "", "words by which an opening says so, comma between; empty means 智能, 机器人, assistant and their like"
    )
    keep_audio_days: int = _setting(
        0, "`voicebot db retain` deletes recordings of calls that are older, days; 0 means none", within=DAYS
    )
    keep_texts_days: int = _setting(
        0,
        "`voicebot db retain` deletes what was said in calls that are older, and their events, days; 0 means none",
        within=DAYS,
    )
    keep_numbers_days: int = _setting(
        0,
        "`voicebot db retain` deletes numbers and list values of leads that nobody calls any more, days, 90 at least;"
        " 0 means none",
        within=DAYS,
    )
    report_language: str = _setting("both", "language of reports: both, en or zh; terminals have room for one of them")
    export_key: str = _setting(
        "", "what hashes telephone numbers in `voicebot db export --numbers hashed`", secret=True
    )
    online_voice: bool = _setting(False, "render prompts ahead with edge-tts; the offline voice is the fallback")

    @property
    def database(self) -> str:
        """The URL in force: `database_url`, or SQLite in `data_dir`."""
        return self.database_url or f"sqlite:///{self.data_dir / 'voicebot.db'}"

    @property
    def prompts_dir(self) -> Path:
        """Rendered prompts, named by the hash of their content."""
        return self.data_dir / "prompts"

    @property
    def recordings_dir(self) -> Path:
        """Two-channel recordings, named by attempt id. The switch writes here too."""
        return self.data_dir / "recordings"


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment, then `overrides` (values of a command line; None means not given).

    Raises UsageError naming the variable, its value and what is wanted.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for item in dataclasses.fields(Settings):
        variable = ENV_PREFIX + item.name.upper()
        if variable in environ:
            values[item.name] = _parse(variable, environ[variable], item.default)
    values |= {name: value for name, value in overrides.items() if value is not None}
    for item in dataclasses.fields(Settings):
        _check_range(item.name, values.get(item.name, item.default), item.metadata["within"])
    paths = {k: Path(v).expanduser().resolve() for k, v in values.items() if isinstance(v, Path)}
    return Settings(**(values | paths))


def _parse(variable: str, text: str, default: Any) -> Any:
    """`text` as the kind of `default`."""
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]
        return type(default)(text) if not isinstance(default, Path) else Path(text)
    except (ValueError, KeyError):
        wanted = {bool: "yes or no", int: "a whole number", float: "a number"}[type(default)]
        raise UsageError(f"{variable}={text!r} is not {wanted}; for example {variable}={default}") from None


def _check_range(name: str, value: Any, within: tuple[float, float] | None) -> None:
    if within is not None and not within[0] <= value <= within[1]:
        raise UsageError(f"{ENV_PREFIX}{name.upper()}={value} is not from {within[0]} to {within[1]}")
