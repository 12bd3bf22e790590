from datetime import UTC, datetime
from pathlib import Path

import pytest
import spacy

from classify import cache
from classify.compiling import compile_terms
from classify.document import make_doc
from classify.expressions import TermError, parse_term
from classify.term import Term
from classify.terms import TermIndex
from ingest.message import Address, Report

TERMS = {
    "klotter": ("klottra", "spreja"),
    "skada": ("slå sönder", "busskur", "krossa", "<sak> + trasig", "skadegör*", "bryta ... upp"),
    "drog": ("drogpåverkad", "röka på", "narkotika", "/K[0-9]{3}/", "knark/hasch"),
    "stold": ("bli av med",),
    "bil": ("bil", "A-traktor"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TermIndex:
    terms = [Term(key, text) for key, texts in TERMS.items() for text in texts]
    exact = Term("tagg", "tagg", quoted=True)
    return compile_terms([*terms, exact], {"sak": ("bänk", "gunga")}, ["permobil"], tmp_path_factory.mktemp("cache"))


def found(index: TermIndex, text: str) -> set[tuple[str, str]]:
    doc = make_doc(spacy.blank("sv"), Report(text, "", datetime.now(UTC), Address("", ""), "free"))
    return {(key, doc[hit.start : hit.end].text) for key, hits in index.search(doc).items() for hit in hits}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Väggen är nedklottrad.", ("klotter", "nedklottrad")),
        ("Det är nersprejat igen", ("klotter", "nersprejat")),
        ("De slog det sönder", ("skada", "slog det sönder")),
        ("allt är sönderslaget", ("skada", "sönderslaget")),
        ("Glasbusskurens tak", ("skada", "Glasbusskurens")),
        ("i buss kuren", ("skada", "buss")),
        ("Rutorna krossades", ("skada", "krossades")),
        ("Gungan på gården är trasig", ("skada", "Gungan på gården är trasig")),
        ("trasiga bänkar", ("skada", "trasiga bänkar")),
        ("SKADEGÖRELSER", ("skada", "SKADEGÖRELSER")),
        ("har brutit dörren upp", ("skada", "brutit dörren upp")),
        ("verkar drogpaverkade", ("drog", "drogpaverkade")),
        ("drogpåverkde killar", ("drog", "drogpåverkde")),
        ("de röker\npå nu", ("drog", "röker\npå")),
        ("nr K123, ja", ("drog", "K123")),
        ("luktar hasch", ("drog", "hasch")),
        ("A-traktorerna tutar", ("bil", "A-traktorerna")),
        ("Polisbilen kom", ("bil", "Polisbilen")),
        ("I går blev vi då av med den", ("stold", "blev vi då av med")),
        ("de röker ju alltid på", ("drog", "röker ju alltid på")),
        ("en Tagg på muren", ("tagg", "Tagg")),
    ],
)
def test_a_term_is_found_in_every_form(index: TermIndex, text: str, expected: tuple[str, str]) -> None:
    assert expected in found(index, text)


@pytest.mark.parametrize(
    "text",
    [
        "en mobil ringde",
        "permobilen stod där",
        "taggarna",
        "Bänken är ny. En trasig sak låg där.",
        "ÅK1234",
        "röker mycket på",
    ],
)
def test_a_word_that_only_looks_like_a_term_is_not_found(index: TermIndex, text: str) -> None:
    assert found(index, text) == set()


def test_a_text_written_without_dots_is_read_all_the_same(index: TermIndex) -> None:
    text = (
        "Nagon har slagit sonder rutan vid stationen. " + "Vi ser detta varje dag nu och vill att ni kommer hit. " * 3
    )
    assert ("skada", "slagit sonder") in found(index, text)


@pytest.mark.parametrize("text", ["", "ab*", "ro(k", "...", "x" * 300])
def test_a_term_that_cannot_be_read_says_why(text: str) -> None:
    with pytest.raises(TermError):
        parse_term(text)


def test_a_pattern_that_the_engine_refuses_says_why(tmp_path: Path) -> None:
    with pytest.raises(TermError, match="RE2"):
        compile_terms([Term("x", "/(?=a)/")], {}, (), tmp_path)


WRITTEN = [
    Term("x", "klottra"),
    Term("x", "slå sönder", weight=2.0),
    Term("y", "<sak> + krossa"),
    Term("z", "/K[0-9]{3}/"),
]
TOLD = "De klottrade, slog det sönder, krossade en bänk och fick nr K123, klotrade igen."


def compiled(folder: Path) -> TermIndex:
    return compile_terms(WRITTEN, {"sak": ("bänk", "gunga")}, ["permobil"], folder)


def hits(index: TermIndex) -> object:
    return index.search(make_doc(spacy.blank("sv"), Report(TOLD, "", datetime.now(UTC), Address("", ""), "free")))


def test_an_index_from_the_cache_finds_what_the_compiled_one_finds(tmp_path: Path) -> None:
    first, second = compiled(tmp_path), compiled(tmp_path)
    assert len(list(tmp_path.glob("terms-*"))) == 1
    assert hits(second) == hits(first)
    assert second.words.tables() == first.words.tables()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 500])
def test_damaged_tables_of_the_cache_are_made_anew(tmp_path: Path, content: bytes) -> None:
    first = compiled(tmp_path)
    tables = next(tmp_path.glob("terms-*/tables"))
    whole = tables.read_bytes()
    tables.write_bytes(content or whole[:-1])
    assert hits(compiled(tmp_path)) == hits(first)
    assert cache.read_tables(tables.parent) is not None
