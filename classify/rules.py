"""rules.yaml and places.yaml: their schema as a whole, and the loader that names every mistake with its line."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from classify import cache
from classify.assessment import Urgency
from classify.circumstances import CIRCUMSTANCES
from classify.components.category import Category, Weights
from classify.components.not_report import NotReportSection
from classify.components.outside_scope import OutsideScopeSection
from classify.components.police import PoliceSection
from classify.components.recurring import RecurringSection
from classify.components.scope import ScopeSection
from classify.components.upcoming import UpcomingSection
from classify.components.urgency import UrgencySection
from classify.expressions import parse_term
from classify.places import Gazetteer, PlacesFile, check_places
from classify.schema import CHECKED, Mistake, RuleError, Section, StrictModel, Terms
from classify.term import Term
from classify.yamlfile import Document, Model, Place, parse_yaml, read_text, validated
from ingest.forms import FORM_FIELDS, FormLayout
from ingest.guard import GuardWords

# Part of the version of every result: raised when the same rules give other results than before.
PROGRAM_VERSION = 1


class Form(StrictModel):
    """One layout of `forms:`: how to recognise the mail, and which labels feed which field."""

    name: str
    subjects: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    labels: tuple[str, ...] = Field(min_length=1)
    fields: dict[str, tuple[str, ...]]


class Mail(StrictModel):
    """`mail:`: words by which a mail that is no report gives itself away before it is read."""

    auto_reply_subjects: tuple[str, ...] = ()
    auto_reply_texts: tuple[str, ...] = ()
    bounce_senders: tuple[str, ...] = ()
    bounce_subjects: tuple[str, ...] = ()
    receipt_subjects: tuple[str, ...] = ()


class Expect(StrictModel):
    """What an example must give; what is left out is not looked at."""

    category: str | None = None
    also: tuple[str, ...] | None = None
    subcategory: str | None = None
    urgency: Urgency | None = None
    not_report: str | None = None
    outside_scope: str | None = None
    locality: str | None = None
    site: str | None = None
    occurred: str | None = None
    police_report: str | None = None
    recurring: bool | None = None


class Example(StrictModel):
    """A text beside the rules, and what it must give: `lagesbild rules test` tries them all."""

    text: str
    expect: Expect
    subject: str = ""
    date: str = "2026-11-18T12:00:00+01:00"


class RulesFile(StrictModel):
    """All of rules.yaml."""

    categories: tuple[Category, ...] = Field(min_length=1)
    urgency: UrgencySection
    scope: ScopeSection
    words: dict[str, Terms] = Field(default_factory=dict)
    exceptions: tuple[str, ...] = ()
    weights: Weights = Weights()
    not_report: NotReportSection = NotReportSection()
    outside_scope: OutsideScopeSection = OutsideScopeSection()
    police: PoliceSection = PoliceSection()
    recurring: RecurringSection = RecurringSection()
    upcoming: UpcomingSection = UpcomingSection()
    forms: tuple[Form, ...] = ()
    mail: Mail = Mail()
    examples: tuple[Example, ...] = ()

    def sections(self) -> Iterator[Section]:
        """Every section that has terms of its own."""
        return (value for _, value in self if isinstance(value, Section))

    def terms(self) -> Iterator[Term]:
        """Every term of the file."""
        for category in self.categories:
            yield from category.weighted(self.weights)
        for section in self.sections():
            yield from section.terms()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class RuleBook:
    """Both files, checked. `version` changes with either file and with the program."""

    rules: RulesFile
    places: PlacesFile
    version: str

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories in their order."""
        return self.rules.categories

    @property
    def forms(self) -> tuple[FormLayout, ...]:
        """The form layouts, for reading mail."""
        return tuple(
            FormLayout(form.name, form.subjects, form.senders, form.labels, tuple(form.fields.items()))
            for form in self.rules.forms
        )

    @property
    def mail(self) -> GuardWords:
        """The words of the guard, for reading mail."""
        return GuardWords(**dict(self.rules.mail))

    def terms(self) -> Iterator[Term]:
        """Every term of the rules."""
        yield from self.rules.terms()

    def gazetteer(self) -> Gazetteer:
        """The places, indexed by word."""
        return Gazetteer(self.places)


def load_rules(rules_path: Path, places_path: Path, cache_dir: Path | None = None) -> RuleBook:
    """Reads and checks both files; a file that was found in order before is taken from the cache.

    Raises:
        RuleError: with every mistake in either file.
    """
    mistakes: list[Mistake] = []
    rules = _part(rules_path, RulesFile, cache_dir, mistakes)
    places = _part(places_path, PlacesFile, cache_dir, mistakes)
    if rules is None or places is None:
        raise RuleError(tuple(mistakes))
    return RuleBook(rules[1], places[1], version_of(rules[0], places[0]))


def _part(path: Path, model: type[Model], cache_dir: Path | None, mistakes: list[Mistake]) -> tuple[str, Model] | None:
    try:
        text = read_text(path)
        folder = cache.entry(cache_dir, "yaml", f"{model.__name__}\0{cache.makers()}\0{text}")
        return text, _checked_before(folder, model) or _checked_now(folder, model, parse_yaml(str(path), text))
    except RuleError as error:
        mistakes.extend(error.mistakes)
        return None


def _checked_before(folder: Path, model: type[Model]) -> Model | None:
    data = cache.read_plain(folder)
    try:
        return None if data is None else model.model_validate(data, context=CHECKED)
    except ValidationError:
        return None  # another program's cache


def _checked_now(folder: Path, model: type[Model], document: Document) -> Model:
    (check_rules if model is RulesFile else check_places)(document)
    found = validated(document, model)
    cache.write_plain(folder, document.data)
    return found


def version_of(rules: str, places: str) -> str:
    """Hash of both files and the program's own version of the rules."""
    content = "\0".join((str(PROGRAM_VERSION), rules, places))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def check_rules(document: Document) -> None:
    """What the models cannot see: names that must exist elsewhere in the file."""
    data = _table(document.data)
    _check_categories(document, data)
    _check_groups(document, frozenset(_table(data.get("words"))), (), data)
    _check_signals(document, _table(data.get("urgency")))
    _check_forms(document, data)


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _check_categories(document: Document, data: dict[str, object]) -> None:
    categories = [_table(one) for one in _items(data.get("categories"))]
    ids = [one.get("id") for one in categories]
    for at, one in enumerate(categories):
        if ids.index(ids[at]) != at:
            document.refuse(("categories", at, "id"), f'kategorin "{ids[at]}" finns redan', "ge den ett annat id")
        for place, other in enumerate(_items(one.get("yields_to"))):
            if other not in ids:
                document.refuse(("categories", at, "yields_to", place), f'kategorin "{other}" finns inte')
    for at, example in enumerate(_items(data.get("examples"))):
        expected = _table(_table(example).get("expect")).get("category")
        if expected is not None and expected not in ids:
            document.refuse(("examples", at, "expect", "category"), f'kategorin "{expected}" finns inte')


def _check_groups(document: Document, groups: frozenset[str], path: Place, value: object) -> None:
    """Every `<name>` in a term must be a list under `words`, whose own members are plain words."""
    parts = value.items() if isinstance(value, dict) else enumerate(_items(value))
    for key, part in parts:
        _check_groups(document, groups, (*path, key), part)
    if isinstance(value, str) and "<" in value and path[0] not in {"forms", "mail", "examples"}:
        for name in _group_names(value):
            if name not in groups or path[0] == "words":
                document.refuse(path, f'ordlistan "<{name}>" finns inte under words', "lägg till den där")


def _group_names(text: str) -> tuple[str, ...]:
    try:
        phrases = parse_term(text).phrases
    except ValueError:
        return ()  # refused by the model
    return tuple(name for phrase in phrases for slot in phrase for name in slot.groups)


def _check_signals(document: Document, urgency: dict[str, object]) -> None:
    """Every signal, circumstance and measure that a rule asks for must be there."""
    signals = {*_table(urgency.get("signals")), *CIRCUMSTANCES}
    for unknown in _table(urgency.get("circumstances")).keys() - CIRCUMSTANCES.keys():
        message, allowed = f'omständigheten "{unknown}" finns inte', ", ".join(CIRCUMSTANCES)
        document.refuse(("urgency", "circumstances", unknown), message, f"välj bland {allowed}")
    measures = _measures(urgency)
    for at, rule in enumerate(_items(urgency.get("rules"))):
        for key in ("all", "any", "none"):
            for place, name in enumerate(_items(_table(rule).get(key))):
                if name not in signals:
                    document.refuse(("urgency", "rules", at, key, place), f'signalen "{name}" finns inte')
        for limit in ("at_least", "below"):
            for measure in _table(_table(rule).get(limit)).keys() - measures:
                document.refuse(("urgency", "rules", at, limit, measure), f'måttet "{measure}" får inga poäng')


def _measures(urgency: dict[str, object]) -> set[str]:
    """Every measure that a signal, circumstance or category gives points in."""
    given = [_table(_table(one).get("gives")) for one in _table(urgency.get("signals")).values()]
    given += [_table(one) for key in ("circumstances", "categories") for one in _table(urgency.get(key)).values()]
    return {measure for points in given for measure in points}


def _check_forms(document: Document, data: dict[str, object]) -> None:
    for at, form in enumerate(_items(data.get("forms"))):
        for name in _table(_table(form).get("fields")):
            if name not in FORM_FIELDS:
                allowed = ", ".join(FORM_FIELDS)
                document.refuse(("forms", at, "fields", name), f'fältet "{name}" finns inte', f"välj bland {allowed}")
