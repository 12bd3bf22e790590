"""Layouts: found labels, kept labels, ambiguity as an error, and proposals that read the mail they came from."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from ingest.forms import FormLayout, fitting, looks_like_form, read_form
from ingest.message import IngestError, Message, RawMessage
from ingest.parse import parse
from ingest.propose import as_yaml, propose
from lagesbild.cli import app

ROOT = Path(__file__).parents[2]
MAILS = ROOT / "tests" / "mail"
LAYOUT = FormLayout(
    "felanmälan",
    subjects=("Felanmälan",),
    senders=("@kommun.example",),
    labels=("Vad har hänt", "Beskrivning"),
    fields=(("type", ("Vad har hänt?",)), ("site", ("Plats", "Var")), ("description", ("Beskrivning",))),
)
TEXT = "Vad har hänt?: Klotter\nPlats: Ågatan\nBeskrivning: På muren.\nSe upp: färgen är våt.\n"


def message(name: str) -> Message:
    rfc822 = (MAILS / f"{name}.eml").read_bytes()
    raw = RawMessage("files", "x", 0, 1, datetime(2026, 1, 12, tzinfo=UTC), rfc822, len(rfc822))
    return parse(raw, ZoneInfo("Europe/Stockholm"))


def test_a_question_mark_in_the_rules_or_the_mail_makes_no_difference() -> None:
    for label in ("Vad har hänt?:", "Vad har hänt:", "VAD HAR HÄNT ?:", "*Vad har hänt?*:"):
        text = TEXT.replace("Vad har hänt?:", label)
        reading = read_form((LAYOUT,), "Felanmälan 17", "noreply@kommun.example", text, "")
        assert reading is not None, label
        assert reading.field("type") == "Klotter"


def test_lines_with_colons_inside_the_description_stay_in_it() -> None:
    reading = read_form((LAYOUT,), "Felanmälan", "a@kommun.example", TEXT, "")
    assert reading is not None
    assert reading.field("description") == "På muren.\nSe upp: färgen är våt."


def test_a_value_keeps_its_own_marks() -> None:
    reading = read_form((LAYOUT,), "Felanmälan", "a@kommun.example", "*Plats:* vid *röda* muren?\n" + TEXT, "")
    assert reading is not None
    assert reading.field("site") == "vid *röda* muren?"


@pytest.mark.parametrize(
    ("subject", "sender", "text"),
    [
        ("Annat", "a@kommun.example", TEXT),
        ("Felanmälan", "a@evil.example", TEXT),
        ("Felanmälan", "a@kommun.example", "Vad har hänt?: Klotter\nPlats: Ågatan\n"),
        ("Felanmälan", "a@kommun.example", ""),
    ],
)
def test_subject_sender_and_all_labels_must_fit(subject: str, sender: str, text: str) -> None:
    assert read_form((LAYOUT,), subject, sender, text, "") is None


def test_two_layouts_that_fit_are_an_error_naming_both() -> None:
    other = FormLayout("annan", (), (), ("Plats",), (("site", ("Plats",)),))
    with pytest.raises(IngestError, match="felanmälan and annan"):
        read_form((LAYOUT, other), "Felanmälan", "a@kommun.example", TEXT, "")


def test_labels_without_a_field_are_kept_and_named() -> None:
    (reading,) = fitting((LAYOUT,), "Felanmälan", "a@kommun.example", "Diarie: 7\nPlats: x\nKanal: webb\n" + TEXT, "")
    assert reading.unmapped == ("Diarie", "Kanal", "Plats (2)")
    assert reading.field("Kanal") == "webb"


def test_a_label_that_comes_again_is_kept_with_a_number_and_in_the_description_as_told() -> None:
    more = "Vittne: Bo\nVittne: Cia\nVittne: Bo\nVittne:\n"
    text = "På muren.\nPlats: vid bron.\nBeskrivning: se ovan."
    body = TEXT.partition("Beskr")[0] + more + "Beskrivning: " + text
    reading = read_form((LAYOUT,), "Felanmälan", "a@kommun.example", body, "")
    assert reading is not None
    assert [reading.field(name) for name in ("Vittne", "Vittne (2)", "Vittne (3)")] == ["Bo", "Cia", ""]
    assert (reading.field("site"), reading.field("description")) == ("Ågatan", text)


def test_a_persons_mail_does_not_look_like_a_form() -> None:
    assert not looks_like_form("Hej!\nKlockan: 22\nPlats: torget\nDet var bråk.\n", "")
    assert looks_like_form("A1: x\nB1: x\nC: x\nD: x\nEe: x\nFf: x\nGg: x\n", "")


def layout_of(mail: Message) -> FormLayout:
    """The layout that the program proposes for a mail, as rules.yaml would give it."""
    entry = YAML(typ="safe").load(as_yaml(propose(mail)))["forms"][0]
    subjects, senders, labels = (tuple(entry[key]) for key in ("subjects", "senders", "labels"))
    return FormLayout(
        entry["name"], subjects, senders, labels, tuple((k, tuple(v)) for k, v in entry["fields"].items())
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in MAILS.glob("form-shape-*.eml")))
def test_a_form_of_any_shape_is_recognised_proposed_and_read_by_its_proposal(name: str) -> None:
    mail = message(name)
    assert looks_like_form(mail.text, mail.html)
    reading = read_form((layout_of(mail),), mail.subject, mail.from_.address, mail.text, mail.html)
    assert reading is not None
    assert reading.field("description").startswith("Tre killar sparkade sönder gungan.\n\nKl 21:30: de sprang")
    assert reading.field("description").endswith("Skador: kedjan är av.")
    expected = {
        "reporter_name": "Anna Ek",
        "organisation": "Ågatans byalag",
        "type": "Skadegörelse",
        "police_report": "Nej",
    }
    assert {field: reading.field(field) for field in expected} == expected


def test_a_form_whose_labels_say_nothing_gives_no_proposal() -> None:
    words = "".join(f"{sign}x: svar\n" for sign in "ABCDEF")
    with pytest.raises(IngestError, match="None of the labels"):
        propose(replace(message("form-lines"), text=words))


@pytest.mark.parametrize(
    "name", ["form-lines", "form-table", "form-label-above-value", "form-definition-list", "form-of-unknown-layout"]
)
def test_a_proposal_reads_the_mail_it_came_from(name: str) -> None:
    mail = message(name)
    reading = read_form((layout_of(mail),), mail.subject, mail.from_.address, mail.text, mail.html)
    assert reading is not None
    assert reading.field("description").startswith("Hål i vägen")
    assert reading.field("reporter_name") in ("Per Alm", "Anna Ek")
    assert reading.field("site").startswith("Ågatan")


def test_a_proposal_leaves_case_numbers_out_of_the_subject() -> None:
    mail = message("form-lines")
    numbered = propose(
        Message(mail.message_id, mail.date, mail.from_, (), "Ny felanmälan nr 4711 (2026)", mail.text, "")
    )
    assert numbered.subject == "Ny felanmälan nr"


def test_a_mail_of_a_person_gives_no_proposal() -> None:
    with pytest.raises(IngestError, match="0 labels"):
        propose(message("bare-name-at-the-end"))


def test_the_command_proposes_a_layout() -> None:
    result = CliRunner().invoke(app, ["forms", "propose", str(MAILS / "form-of-unknown-layout.eml")])
    assert result.exit_code == 0
    assert 'description: ["Beskrivning av händelsen"]' in result.output


def test_the_command_checks_a_folder_and_fails_for_a_form_that_fits_nothing(tmp_path: Path) -> None:
    config = tmp_path / "lagesbild.toml"
    config.write_text(f'[rules]\npath = "{ROOT / "rules.yaml"}"\nplaces = "{ROOT / "places.yaml"}"\n', "utf-8")
    known, unknown = (MAILS / f"{name}.eml" for name in ("form-unmapped-label", "form-of-unknown-layout"))
    good = CliRunner().invoke(app, ["--config", str(config), "forms", "check", str(known)])
    assert good.exit_code == 0
    assert "without a field: Kommunens diarienummer" in good.output
    bad = CliRunner().invoke(app, ["--config", str(config), "forms", "check", str(unknown)])
    assert bad.exit_code == 1
    assert "fits no layout" in bad.output
