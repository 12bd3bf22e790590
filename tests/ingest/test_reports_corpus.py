"""Every report of the shared corpus, made into a mail and read back: text, reporter, date and fields."""

import json
from datetime import UTC, datetime
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import pytest

from classify.rules import load_rules
from ingest.forms import FormLayout
from ingest.guard import GuardWords
from ingest.message import RawMessage, Reading
from ingest.reports import ReadingContext, read

FORM = FormLayout(
    name="etjanst",
    subjects=("Rapportera otrygga händelser",),
    senders=("@etjanster.example",),
    labels=("Ärendenummer", "Beskrivning"),
    fields=(
        ("reference", ("Ärendenummer",)),
        ("submitted", ("Inskickat",)),
        ("role", ("Roll",)),
        ("organisation", ("Företag/byalag",)),
        ("reporter_name", ("Kontaktperson",)),
        ("reporter_phone", ("Telefon",)),
        ("reporter_email", ("E-post",)),
        ("type", ("Vad har hänt?",)),
        ("occurred", ("När hände det?",)),
        ("site", ("Var hände det?",)),
        ("locality", ("Ort",)),
        ("description", ("Beskrivning",)),
        ("police_report", ("Är händelsen polisanmäld?",)),
    ),
)
WORDS = GuardWords(
    auto_reply_subjects=("Automatiskt svar", "Frånvaro"),
    bounce_senders=("mailer-daemon",),
    bounce_subjects=("Kan inte levereras",),
)
CONTEXT = ReadingContext(layouts=(FORM,), words=WORDS)
INNER = {
    "d016": ("margareta@forsamlingen.example", "2026-02-09T07:50", "God morgon,\nnatten till söndag"),
    "d032": ("hjalmar.enoksson@mejl.example", "2026-03-18T06:40", "Varje morgon mellan"),
    "d049": ("kurator@lindhagsskolan.example", "2026-04-28T13:20", "Hej Marie,\nvi har idag"),
    "d074": ("goran.plym@mejl.example", "2026-06-10T21:58", "Hej. Väntkuren"),
    "d103": ("bosse.tiderman@mejl.example", "2026-08-24T08:01", "Hej!\nI går kväll"),
    "d128": ("sofia@horredsmat.example", "2026-10-07T08:44", "Hej!\nJag driver"),
    "d137": ("felanmalan@bovaven.example", "2026-10-26T11:05", "Hej,\nhissen"),
    "d157": ("emil.karlhede@mejl.example", "2026-11-24T09:31", "Hej, paketskåpet"),
}
# The last words of what each reply says itself, and the first of what it quotes.
REPLIES = {
    "d041": ("Göte Bramstedt", "> Från: Nathalie"),
    "d062": ("Eivor Strandh", "Den 23 april"),
    "d073": ("Vi polisanmälde i morse.", "Den mån 8 juni"),
    "d079": ("Maud Hellerup", "-----Ursprungligt"),
    "d101": ("Ann-Sofi Ringnér", "> Den 3 juli"),
    "d111": ("Polisanmält i dag.", "tis 1 sep."),
    "d115": ("Birgitta Åsell", "Den 11 sep."),
    "d149": ("när han gick hem från träningen. De har en plåtask bakom elskåpet som de hämtar ur.", "Den 28 okt."),
    "d150": ("Tommy Fransbo", ""),
}


def as_mail(line: dict[str, Any]) -> RawMessage:
    mail = EmailMessage()
    name, address = parseaddr(line["from"])
    mail["From"] = MailAddress(name, addr_spec=address)
    mail["To"] = "trygghet@kommun.example"
    mail["Subject"] = line["subject"]
    mail["Message-ID"] = f"<{line['id']}@corpus.example>"
    mail["Date"] = format_datetime(datetime.fromisoformat(line["date"]))
    if "html" in line:
        mail.set_content(line["html"], subtype="html", cte="base64")
    else:
        mail.set_content(line["body"])
    return RawMessage("files", "corpus", 0, 1, datetime.now(UTC), mail.as_bytes(), 0)


@pytest.fixture(scope="module")
def corpus(shared: Path) -> dict[str, tuple[dict[str, Any], Reading]]:
    lines = map(json.loads, (shared / "corpus" / "reports.jsonl").read_text("utf-8").splitlines())
    return {line["id"]: (line, read(as_mail(line), CONTEXT)) for line in lines}


def test_every_mail_of_a_person_is_one_report_of_its_kind(corpus: dict[str, tuple[dict[str, Any], Reading]]) -> None:
    for line, reading in corpus.values():
        if line.get("not_report") in ("auto_reply", "bounce"):
            assert reading.not_report == line["not_report"], line["id"]
            assert not reading.reports
        else:
            assert [report.kind for report in reading.reports] == [line["kind"]], line["id"]


def test_dates_are_those_of_the_reporter(corpus: dict[str, tuple[dict[str, Any], Reading]]) -> None:
    for line, reading in corpus.values():
        for report in reading.reports:
            written = INNER[line["id"]][1] if line["kind"] == "forward" else line["date"][:16]
            assert report.date.isoformat()[:16] == written, line["id"]


def test_free_text_keeps_every_word_but_a_certain_signature(corpus: dict[str, tuple[dict[str, Any], Reading]]) -> None:
    for line, reading in corpus.values():
        if line["kind"] == "free" and reading.reports:
            text, body = reading.reports[0].text, line["body"].strip()
            assert body.startswith(text), line["id"]
            tail = body[len(text) :].strip()
            assert len(tail) <= 90, line["id"]
            name = line["from"].partition(" <")[0].lower()
            assert not tail or tail.lower().startswith(("/", "m", "v", "h", f"{name}\n")), (line["id"], tail)
            assert reading.reports[0].notes == (), line["id"]


def test_forms_give_person_organisation_description_and_all_fields(
    corpus: dict[str, tuple[dict[str, Any], Reading]],
) -> None:
    for line, reading in corpus.values():
        if line["kind"] == "form":
            report = reading.reports[0]
            assert {name for name, _ in report.fields} == {name for name, _ in FORM.fields} - {"description"}, line[
                "id"
            ]
            assert report.reporter.name in line["pii"]
            assert report.reporter.address in line["pii"]
            assert report.field("submitted") == line["date"][:16].replace("T", " ")
            assert report.field("locality") == line["locality"]
            assert report.field("police_report") in ("Ja", "Nej")
            assert report.role in ("företag", "byalag")
            assert report.organisation == report.field("organisation") != ""
            assert "polisanmäld" not in report.text
            assert "Detta meddelande" not in report.text
            source = line.get("body") or line["html"]
            assert all(part in source for part in report.text.split("\n")), line["id"]
            assert report.text.count("\n") >= 1


def test_the_bundled_rules_recognise_every_form(shared: Path) -> None:
    root = Path(__file__).parents[2]
    rules = load_rules(root / "rules.yaml", root / "places.yaml")
    context = ReadingContext(layouts=rules.forms, words=rules.mail)
    for line in map(json.loads, (shared / "corpus" / "reports.jsonl").read_text("utf-8").splitlines()):
        reading = read(as_mail(line), context)
        if line.get("not_report") in ("auto_reply", "bounce"):
            assert reading.not_report == line["not_report"], line["id"]
        else:
            assert reading.reports[0].kind == line["kind"], line["id"]
            assert line["kind"] != "form" or reading.reports[0].text, line["id"]


def test_forwards_give_the_inner_reporter_and_text(corpus: dict[str, tuple[dict[str, Any], Reading]]) -> None:
    for name, (address, _, start) in INNER.items():
        line, reading = corpus[name]
        report = reading.reports[0]
        assert report.reporter.address == address
        assert report.text.startswith(start)
        assert report.forwarded_by is not None
        assert report.forwarded_by.address in line["from"]
        assert not report.subject.startswith("VB")
        assert "forwarded" in report.notes
        assert report.quoted
        assert line["body"].startswith(report.quoted.split("\n")[0])


def test_replies_keep_their_own_words_and_show_the_quote_apart(
    corpus: dict[str, tuple[dict[str, Any], Reading]],
) -> None:
    for name, (end, quote) in REPLIES.items():
        report = corpus[name][1].reports[0]
        assert report.text.endswith(end), (name, report.text)
        assert report.quoted.startswith(quote), (name, report.quoted)
        assert ">" not in report.text
