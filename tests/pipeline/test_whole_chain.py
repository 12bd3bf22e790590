"""A mail that somebody sends ends, with place, category and urgency, in the review file and in EST's digest."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

# Words, category, urgency: told in many places by many people.
TOLD = (
    ("Någon har krossat rutan i busskuren på Storgatan i {place} i natt.", "skadegorelse"),
    ("Hela väggen vid Skolvägen i {place} är nedklottrad med svart sprejfärg.", "klotter"),
    ("Det ligger dumpade däck och sopsäckar vid vändplatsen i {place}.", "nedskrapning"),
    ("Varje kväll kör mopeder och A-traktorer som dårar på Storgatan i {place}.", "trafik"),
    ("Belysningen på gångvägen i {place} har varit släckt i tre veckor.", "otrygg_plats"),
)
PLACES = ("Kinna", "Fritsla", "Sätila", "Örby")
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def mail(number: int) -> bytes:
    words, _ = TOLD[number % len(TOLD)]
    day = 16 + number % 7
    message = EmailMessage()
    message["From"] = f"Avsändare {number} <a{number}@post.example>"
    message["To"] = "sakerhet@mark.example"
    message["Subject"] = f"Händelse {number}"
    message["Message-ID"] = f"<{number}@post.example>"
    message["Date"] = format_datetime(datetime(2026, 11, day, 8, number % 60, tzinfo=STOCKHOLM))
    message.set_content(f"Hej!\n{words.format(place=PLACES[number % len(PLACES)])}\nHälsningar\nÅke\n")
    return message.as_bytes()


def configure(folder: Path, imap_port: int, user: str, smtp_port: int) -> None:
    (folder / "password").write_text("secret")
    (folder / "lagesbild.toml").write_text(
        f"""
[mailbox]
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{user}"
password_file = "password"
[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
from = "lagesbild@mark.example"
[digest]
recipients = ["est@mark.example"]
""",
        encoding="utf-8",
    )


@pytest.mark.dovecot
@pytest.mark.timeout(300)
@pytest.mark.xdist_group("dovecot")
def test_200_mails_are_all_accounted_for_corrected_and_told(
    installation: Any, dovecot: Any, mail_user: str, postoffice: Any
) -> None:
    configure(installation.folder, dovecot.port, mail_user, postoffice.port)
    (installation.folder / "password").write_text(dovecot.password)
    dovecot.deliver(mail_user, *(mail(number) for number in range(200)))

    installation.run("poll", "--once")
    installation.run("poll", "--once")
    status = installation.status()
    assert (status["received"], status["reported"], status["reports"]) == (200, 200, 200)

    installation.run("review", "export")
    correct(installation.folder / "granskning.xlsx")
    installation.run("review", "import")
    assert installation.status()["corrected"] == 1

    installation.run("reclassify")
    assert installation.status()["corrected"] == 1

    installation.run("digest", "send", "--period", "2026-W47")
    (digest,) = postoffice.box.received
    assert postoffice.box.recipients == [["est@mark.example"]]
    check_digest(digest)
    # The same week again: nothing goes out twice.
    installation.run("digest", "send", "--period", "2026-W47")
    assert len(postoffice.box.received) == 1


def correct(path: Path) -> None:
    """What staff do: find the column to correct, choose another category for one row, save."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Att granska"]
    header = next(cell for row in sheet.iter_rows(max_row=5) for cell in row if cell.value == "✎ Rätt kategori")
    header.offset(row=1).value = "Övrigt"
    workbook.save(path)


def check_digest(digest: EmailMessage) -> None:
    text_part, html_part = digest.get_body(("plain",)), digest.get_body(("html",))
    assert text_part is not None
    assert html_part is not None
    text, html = text_part.get_content(), html_part.get_content()
    for part in (text, html):
        assert "Fritsla" in part
        assert "Örby" in part
        assert "Åke" not in part
        assert "post.example" not in part
    images = [part for part in digest.walk() if part.get_content_maintype() == "image"]
    assert images
    assert all(f"cid:{str(image['Content-ID']).strip('<>')}" in html for image in images)
    assert digest["Auto-Submitted"] == "auto-generated"


@pytest.mark.dovecot
@pytest.mark.timeout(300)
@pytest.mark.xdist_group("dovecot")
def test_the_service_takes_alerts_and_writes_and_stops_when_told(
    installation: Any, dovecot: Any, mail_user: str, postoffice: Any
) -> None:
    configure(installation.folder, dovecot.port, mail_user, postoffice.port)
    (installation.folder / "password").write_text(dovecot.password)
    with (installation.folder / "lagesbild.toml").open("a", encoding="utf-8") as settings:
        settings.write('[alert]\nrecipients = ["vakt@mark.example"]\n')
    dovecot.deliver(mail_user, fire())
    command = [sys.executable, "-m", "lagesbild", "--config", str(installation.config), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as service:
        try:
            wait(lambda: bool(postoffice.box.received), 60)
            wait((installation.folder / "granskning.xlsx").exists, 60)
        finally:
            service.send_signal(signal.SIGTERM)
            _, logged = service.communicate(timeout=30)
    assert service.returncode == 0
    assert postoffice.box.recipients == [["vakt@mark.example"]]
    assert "Rut Engman" not in logged
    assert "Rut Engman" not in postoffice.box.received[0].as_string()
    assert installation.status()["reported"] == 1


def fire() -> bytes:
    message = EmailMessage()
    message["From"] = "Rut Engman <rut.engman@post.example>"
    message["Subject"] = "Eldsvåda"
    message["Message-ID"] = "<eld@post.example>"
    message["Date"] = format_datetime(datetime.now(STOCKHOLM))
    message.set_content("Det brinner just nu i en container bakom skolan i Fritsla!\nRut Engman\n")
    return message.as_bytes()


def wait(holds: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)
