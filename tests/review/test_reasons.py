"""Varför tells why in few words: what was chosen, what came close, what does not count."""

from dataclasses import replace
from typing import Any

from classify.assessment import Evidence
from ingest.message import Attachment
from review.reasons import why
from review.wording import attachments

LONG = "en man omkring med en yxa utanför vårdcentralen i Skene och slår mot bilarna"


def told(desk: Any, make_assessment: Any, *evidence: Evidence, **changes: Any) -> list[str]:
    found = replace(make_assessment(), evidence=evidence, **changes)
    return why(desk.add(found), desk.tools.means.look.choices).split("\n")


def test_the_heaviest_words_come_first_and_long_ones_are_cut(desk: Any, make_assessment: Any) -> None:
    words = ((1.0, "färg"), (6.0, LONG), (3.0, "tagg"), (2.0, "Tagg"), (1.5, "yxa"), (0.5, "burk"))
    lines = told(desk, make_assessment, *(Evidence("category:klotter", "r", w, text=t) for w, t in words))
    assert lines == ["Klotter: ”en man omkring … slår mot bilarna”, ”tagg”, ”yxa”"]


def test_only_a_category_that_came_close_is_named_beside(desk: Any, make_assessment: Any) -> None:
    words = (("klotter", 6.0, "klotter"), ("brand", 3.0, "sot"), ("skadegorelse", 2.9, "krossad"))
    lines = told(desk, make_assessment, *(Evidence(f"category:{c}", "r", w, text=t) for c, w, t in words))
    assert lines == ["Klotter: ”klotter”", "Talade också för Brand och eldning (”sot”)"]


def test_what_says_no_more_than_the_cell_is_left_out_and_sources_are_told_once(desk: Any, make_assessment: Any) -> None:
    found = (
        Evidence("locality:Kinna", "locality", 5.0, text="kinna"),
        Evidence("site:torget", "form:site", 5.0, text="Torget", field="form"),
        Evidence("occurred:2026-11-20", "form:occurred", 5.0, text="2026-11-20", field="form"),
        Evidence("occurred:2026-11-20", "day", 1.0, text="i morse"),
        Evidence("urgency:normal", "faran finns kvar", 1.0),
        Evidence("category:klotter", "r", 0.0, text="inget klotter", note="nekat"),
        Evidence("category:brand", "r", -3.0, text="målat"),
    )
    assert told(desk, make_assessment, *found, recurring=True, duration="i veckor") == [
        "Normal: faran finns kvar",
        "När: ”i morse”",
        "Plats, när enligt formuläret",
        "Räknas inte fullt: ”inget klotter” (nekat)",
        "Återkommer: ”i veckor”",
    ]


def test_without_any_words_that_is_said(desk: Any, make_assessment: Any) -> None:
    assert told(desk, make_assessment) == ["Inga ord i reglerna träffade."]


def test_photos_are_named_as_such() -> None:
    found = (Attachment("torget.jpg", "image/jpeg", 9), Attachment("", "image/heic", 9), Attachment("a.pdf", "a/b", 9))
    assert attachments(found) == "Foto: torget.jpg\nFoto\na.pdf"
