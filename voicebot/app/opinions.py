"""A second opinion on what was said: the embedded classifier asked about words that keywords or Rasa decided."""

from voicebot.app.classifier import installed_classifier
from voicebot.qa.asked import Asked
from voicebot.qa.disagreement import doubts
from voicebot.qa.population import Doubts
from voicebot.settings import Settings
from voicebot.store.store import Store
from voicebot.understanding.normalise import normalise
from voicebot.understanding.thresholds import EMBEDDED, THRESHOLDS
from voicebot.understanding.types import Ranked


def doubts_of(store: Store, settings: Settings) -> Doubts:
    """What finds disagreements in `store`; the classifier is loaded when it is first asked.

    Raises InputFault for a broken training file, StoreError, both when asked.
    """

    def find(asked: Asked) -> dict[str, tuple[int, str]]:
        classifier = installed_classifier(settings)

        def opinion(text: str) -> Ranked | None:
            return next(iter(classifier.parse(normalise(text)).ranking), None)

        return doubts(store, asked, opinion, THRESHOLDS[EMBEDDED].sure)

    return find
