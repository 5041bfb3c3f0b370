"""The languages that the tool can make a model of, by their code; what a profile holds stands in profile.py."""

from __future__ import annotations

from tools.demo_model.profiles.english import ENGLISH
from tools.demo_model.profiles.mandarin import MANDARIN
from tools.demo_model.profiles.profile import Profile

PROFILES: dict[str, Profile] = {profile.language: profile for profile in (MANDARIN, ENGLISH)}
