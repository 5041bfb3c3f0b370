"""Numbers to people: the population, clips, the bench numbers and the agents, with their sounds in memory.
Shared by the simulated switch and by the customers behind a real one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from voicebot.sim.agent import AGENT_VOICE, AGENTS, GREETING, Agent
from voicebot.sim.callees import Callee, Line
from voicebot.sim.clips import SimClip, caller_of
from voicebot.sim.customer import Customer, line_of
from voicebot.sim.personas import SimLead, plan_of
from voicebot.sim.plan import Plan
from voicebot.sim.sounds import Sounds, background

NOBODY: Final = Line(ringing_ms=None, final_ms=200, status=404)


@dataclass(frozen=True)
class _Person:
    plan: Plan
    line: Line
    sounds: dict[str, bytes]
    background: bytes


class People:
    """Who answers which number. `prepare` first; it renders what is missing and may take a while."""

    def __init__(self, leads: tuple[SimLead, ...], script: str, clips: tuple[SimClip, ...] = ()) -> None:
        self._leads = leads
        self._script = script
        self._clips = {digits(clip.number): clip for clip in clips}
        self._people: dict[str, _Person] = {}
        self._agent_sound = b""

    def prepare(self, sounds: Sounds, told: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Make all sounds; `told` gets how many of how many people are ready. Raises SpeechError, OSError, and
        InputFault for a clip that cannot be read."""
        for clip in self._clips.values():
            caller_of(clip)
        for done, lead in enumerate(self._leads, start=1):
            plan = plan_of(lead, self._script)
            line = line_of(plan, sounds.announcement(plan))
            spoken = sounds.of_plan(plan, lead.voice)
            self._people[digits(lead.number)] = _Person(plan, line, spoken, background(lead.voice))
            told(done, len(self._leads))
        self._agent_sound = sounds.ensure(GREETING, AGENT_VOICE)

    def pick_up(self, where: str, number: str) -> Callee:
        """Whoever has `number`, as a new call; an unknown number does not exist."""
        if number in AGENTS:
            return Agent(AGENTS[number], self._agent_sound)
        if (clip := self._clips.get(digits(number))) is not None:
            return caller_of(clip)
        person = self._people.get(digits(number))
        if person is None:
            return Customer(Plan("nobody", "dead_number", 0), {}, NOBODY)
        return Customer(person.plan, person.sounds, person.line, person.background)


def digits(number: str) -> str:
    """A number without its plus sign and everything behind an @."""
    return number.partition("@")[0].lstrip("+")
