"""spaCy's tokenizer with its cache in use: most words of a report were seen before, and are taken from there."""

from collections.abc import Callable, Collection

from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

# Runs of signs kept, each with its tokens: as many as the words of more than a year of reports, some 20 MB.
MAX_RUNS = 100_000
_AFFIXES = "()[]\"'”’.,:;!?/-–"


def cached(tokenizer: Callable[[str], Doc]) -> Callable[[str], Doc]:
    """The tokenizer of a pipeline with its cache in use; one that is not spaCy's own as it is."""
    return CachingTokenizer(tokenizer) if isinstance(tokenizer, Tokenizer) else tokenizer


class CachingTokenizer:
    """As the tokenizer it wraps.

    spaCy caches no run of signs that follows an abbreviation ("kl.", "u.a.") in the same text. In such a text new runs
    are therefore shown to it one by one first.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.max_cache_size = MAX_RUNS
        self._seen: set[str] = set()

    def __call__(self, text: str) -> Doc:
        """The document of a text."""
        runs = set(text.split())
        new = runs - self._seen
        if new:
            self._show(new, runs)
        doc: Doc = self._tokenizer(text)
        return doc

    def _show(self, new: set[str], runs: Collection[str]) -> None:
        if len(self._seen) < MAX_RUNS:
            self._seen |= new
            if not self._tokenizer.rules.keys().isdisjoint((*runs, *(run.strip(_AFFIXES) + "." for run in runs))):
                for run in new:
                    self._tokenizer(run)
