"""docker-compose.yml: nothing of it is reachable from outside, and every image has a version."""

import re

from ruamel.yaml import YAML

from voicebot.app.rasa_export import CONFIG, DOMAIN, MODELS, NLU
from voicebot.settings import REPOSITORY, Settings

SERVICES = YAML(typ="safe", pure=True).load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def test_ports_are_on_loopback_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_images_have_versions() -> None:
    for name, service in SERVICES.items():
        assert re.search(r":\d", service["image"]), name


def test_rasa_is_where_the_settings_look_for_it_and_trains_on_what_is_exported() -> None:
    assert Settings().rasa_url.removeprefix("http://") + ":5005" in SERVICES["rasa"]["ports"]
    for name in (CONFIG, DOMAIN, NLU, MODELS):
        assert f" {name}" in SERVICES["rasa-train"]["command"]
    assert MODELS in SERVICES["rasa"]["command"].split()
