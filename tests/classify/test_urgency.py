"""Urgency: what adds up to going on now, to a danger that remains, to a wish; and the grammar it is read by."""

from datetime import datetime
from pathlib import Path

import pytest

from classify.assessment import Assessment
from classify.compiling import compile_terms
from classify.document import findings, make_doc
from classify.pipeline import Classifier, load_classifier
from classify.rules import load_rules
from classify.schema import RuleError
from classify.term import Term
from classify.verbs import is_preterite, present_forms
from ingest.message import Address, Report

ROOT = Path(__file__).parent.parent.parent
EVENING = "2026-11-18T21:40:00+01:00"
LEAST = """
categories: [{id: a, label: A, strong: [klotter]}, {id: b, label: B}]
scope: {negated: {cues: [ingen]}, hypothetical: {cues: [risk för]}, historical: {cues: [i fjol]}}
urgency:
"""


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    folder = tmp_path_factory.mktemp("urgency")
    return load_classifier(ROOT / "rules.yaml", ROOT / "places.yaml", cache_dir=folder)


def assessed(classifier: Classifier, text: str, date: str = EVENING) -> Assessment:
    return classifier.assess(Report(text, "", datetime.fromisoformat(date), Address("", "a@b.example"), "free", ()))


def with_urgency(folder: Path, urgency: str) -> Classifier:
    (folder / "rules.yaml").write_text(LEAST + urgency, encoding="utf-8")
    (folder / "places.yaml").write_text("", encoding="utf-8")
    return load_classifier(folder / "rules.yaml", folder / "places.yaml", cache_dir=folder)


# The grammar


@pytest.mark.parametrize(
    ("verb", "forms", "present"),
    [
        ("kasta", {"kasta", "kastar", "kastade", "kastande"}, {"kastar", "kastas"}),
        ("bryta", {"bryta", "bryter", "bröt", "brytande"}, {"bryter", "bryts"}),
        ("slå", {"slå", "slår", "slog"}, {"slår", "slås"}),
        ("slåss", {"slåss", "slogs"}, {"slåss"}),
        ("köra", {"köra", "kör", "körde"}, {"kör", "körs"}),
        ("skrika", {"skrika", "skriker", "skrikan", "skrikor"}, {"skriker", "skriks", "skrikan", "skrikor"}),
    ],
)
def test_the_present_of_a_verb_is_known_by_how_it_is_bent(verb: str, forms: set[str], present: set[str]) -> None:
    assert present_forms(verb, forms) == present


@pytest.mark.parametrize("word", ["slog", "kastade", "körde", "sprang", "hittade", "släckte", "var"])
def test_preterites_are_known_by_ending_or_list(word: str) -> None:
    assert is_preterite(word)


@pytest.mark.parametrize("word", ["slår", "både", "inte", "kvar", "sjätte", "borde", "gata"])
def test_other_words_are_no_preterites(word: str) -> None:
    assert not is_preterite(word)


def test_a_term_in_the_present_counts_no_other_tense_and_leaves_its_nouns_alone(classifier: Classifier) -> None:
    index = compile_terms([Term("now", "bryta upp dörr", present=True), Term("any", "bryta upp dörr")], {})
    found = {}
    for text in ("de bryter upp dörren", "de bröt upp dörren", "dörren ska brytas upp, bryta upp dörrar"):
        report = Report(text, "", datetime.fromisoformat(EVENING), Address("", ""), "free", ())
        found[text] = set(index.search(make_doc(classifier.nlp, report)))
    assert list(found.values()) == [{"now", "any"}, {"any"}, {"any"}]


# Points


POINTS = """
  habits: ["varje"]
  circumstances: {datid: {nu: -1}}
  signals:
    brinner: {terms: [brinna, ryka], tense: present, gives: {nu: 2, fara: 3}}
    nu: {terms: ["nu"], gives: {nu: 1}}
    skylt: {terms: [skylt], gives: {lugn: 2}}
  rules:
    - {level: akut, why: pågår, sure: 0.8, at_least: {nu: 3, fara: 3}}
    - {level: hog, why: farligt, sure: 0.8, at_least: {fara: 3}, below: {lugn: 1}}
    - {level: lag, why: lugnt, sure: 0.8, at_least: {lugn: 2}}
"""


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Det brinner nu.", "akut"),
        ("Det brinner och ryker.", "hog"),  # a signal gives its points once
        ("Det brinner varje kväll. Nu igen.", "normal"),  # a habit is nothing that goes on
        ("Det brann. Nu är det över.", "normal"),
        ("Det brinner vid skylten.", "lag"),
        ("Det brinner nu. Han skrek och sprang och slog och kom.", "hog"),
    ],
)
def test_signals_and_circumstances_add_up_and_rules_ask_for_enough(tmp_path: Path, text: str, level: str) -> None:
    assert assessed(with_urgency(tmp_path, POINTS), text).urgency == level


def test_the_explanation_names_the_rule_and_what_gave_the_points(tmp_path: Path) -> None:
    found = assessed(with_urgency(tmp_path, POINTS), "Det brinner nu.")
    told = [(one.rule, one.text, one.weight) for one in found.evidence if one.finding == "urgency:akut"]
    assert told == [("pågår", "", 1.0), ("brinna", "brinner", 5.0), ('"nu"', "nu", 1.0)]


def test_a_surplus_of_points_makes_it_surer(tmp_path: Path) -> None:
    signals = "  signals: {a: {terms: [klotter], gives: {x: 5}}}\n"
    rules = signals + "  rules: [{level: lag, why: w, sure: 0.5, at_least: {x: 3}}]"
    found = with_urgency(tmp_path, rules)
    doc = found.nlp(
        make_doc(found.nlp, Report("klotter", "", datetime.fromisoformat(EVENING), Address("", ""), "free", ()))
    )
    assert findings(doc).urgency_sure == pytest.approx(0.54)


@pytest.mark.parametrize(
    ("urgency", "message"),
    [
        ("  signals: {}\n  circumstances: {sent: {nu: 1}}\n  rules: []", 'omständigheten "sent" finns inte'),
        (
            "  signals: {a: {terms: [b], gives: {nu: 1}}}\n  rules: [{level: akut, why: w, at_least: {nuu: 1}}]",
            'måttet "nuu" får inga poäng',
        ),
    ],
)
def test_an_unknown_circumstance_or_measure_is_named(tmp_path: Path, urgency: str, message: str) -> None:
    (tmp_path / "rules.yaml").write_text(LEAST + urgency, encoding="utf-8")
    (tmp_path / "places.yaml").write_text("", encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        load_rules(tmp_path / "rules.yaml", tmp_path / "places.yaml", tmp_path)


# What the project's own rules make of it


@pytest.mark.parametrize(
    "text",
    [
        "två snubbar försöker dra in en tjej i en vit skåpbil vid macken. hon skriker. ringt polisen",
        "Grannens uthus brinner och det flyger gnistor mot vårt tak. Räddningstjänsten är larmad.",
        "Nån håller på att bända upp dörren till tobaksaffären, jag ser dem från fönstret. Tre stycken med huvor.",
        "En liten pojke sitter fast med armen i gallret på skolgården och vattnet stiger. Vi får inte loss honom!",
        "En äldre dam ligger i diket, hon blöder från huvudet och är förvirrad. Jag väntar med henne.",
        "Det står en kille uppe på elstolpen vid stationen. Han säger att han inte orkar leva.",
        "killar i masker slår på dörren till kebaben me en slägga, ägaren har låst in sig på toan",
        "En kvinna går barfota mitt i vägen, det är mörkt och bilarna får väja.",
        "Det luktar starkt av gasol i hela trapphuset, folk får huvudvärk. Vi går ut.",
        "Jag är i omklädningsrummet på badhuset. En man försöker sparka in dörren hit. Ring polisen åt mig.",
        "En kanot har vält på Lygnern, två stycken ligger i och ropar, vi har ingen båt.",
        "Just nu försöker någon ta sig in genom altandörren hos min mormor.",
        "Full gubbe har satt sig i en silvrig Saab utanför krogen och kör i detta nu mot Örby.",
    ],
)
def test_danger_told_in_the_present_is_urgent_without_the_word_now(classifier: Classifier, text: str) -> None:
    assert assessed(classifier, text).urgency == "akut"


@pytest.mark.parametrize(
    "text",
    [
        "I går kväll brann det i papperskorgen vid hållplatsen. Polisen kom och allt är städat.",
        "Två killar slogs utanför puben i lördags men de gick hem när polisen kom.",
        "Epatraktorer kör runt bland folk på torget varje fredag och tutar.",
        "De slår sönder papperskorgen varje helg.",
    ],
)
def test_what_is_over_or_happens_now_and_then_does_not_go_on(classifier: Classifier, text: str) -> None:
    assert assessed(classifier, text).urgency != "akut"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("En stor plåt hänger lös från taket ovanför gångvägen och svajar i blåsten.", "faran finns kvar"),
        ("Elskåpet vid gångbron har ingen dörr och det surrar. Barn går förbi där.", "faran finns kvar"),
        (
            "Trafikljusen vid skolan är helt släckta och barnen springer över. Snart blir någon påkörd.",
            "faran finns kvar",
        ),
        ("Bultarna till linbanan på lekplatsen är borta och sitsen hänger i en enda länk.", "faran finns kvar"),
        (
            "I mars tutade de. I juni stod de i vägen. Förra veckan la de sig framför bussen. Det blir värre.",
            "det trappas upp",
        ),
        ("Först var det ägg mot rutan, sedan stenar. Det blir värre och värre.", "det trappas upp"),
        (
            "Bilen stannar bakom skolan, ungdomar går fram, får en påse hasch i handen och swishar.",
            "handel med narkotika",
        ),
        ("En man knuffade min son i går och sa att han vet var vi bor.", "våld eller hot har hänt"),
        ("Natten till lördag satte någon eld på föreningslokalen. Golvet är bränt.", "eld som skadat"),
    ],
)
def test_each_kind_of_high_urgency_is_known_and_named(classifier: Classifier, text: str, why: str) -> None:
    found = assessed(classifier, text)
    assert (found.urgency, why in {one.rule for one in found.evidence}) == ("hog", True)


@pytest.mark.parametrize(
    "text",
    [
        "Glaset på lekplatsen är uppsopat och det låg inget vasst kvar i sanden.",
        "Valborgsbrasan tändes enligt tillståndet och var släckt vid elva.",
        "I natt stals diesel ur två maskiner på bygget.",
        "En man somnade berusad på bänken i går. Han gick hem när vi väckte honom.",
    ],
)
def test_what_is_cleared_away_allowed_or_done_is_ordinary(classifier: Classifier, text: str) -> None:
    assert assessed(classifier, text).urgency == "normal"


@pytest.mark.parametrize(
    "text",
    [
        "Det vore fint med en bänk till vid lekplatsen.",
        "Sommaren 2019 hade vi ett inbrott i bygdegården. Ni ville ha med även äldre händelser.",
        "Jag tycker att stämningen känns lite hårdare nu för tiden, men inget har hänt.",
        "I april stals två krukor från graven. Jag har köpt nya.",
        "En liten repa på tavlan vid badet, knappt synlig. Ingen åtgärd behövs.",
    ],
)
def test_wishes_old_events_impressions_and_trifles_are_low(classifier: Classifier, text: str) -> None:
    assert assessed(classifier, text).urgency == "lag"
