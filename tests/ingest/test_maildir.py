"""Mail in files comes through the same door: .eml, folders, mbox and Maildir, each mail once."""

import mailbox
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.maildir import FilesSource
from ingest.message import IngestError, RawMessage


def mail(number: int, body: str = "hej") -> bytes:
    return f"Message-ID: <{number}@test>\n\n{body}\n".encode()


def read(*paths: Path, max_bytes: int = 25_000_000) -> list[RawMessage]:
    return list(FilesSource(paths, max_bytes).new_messages(lambda _mailbox, _uidvalidity: {}))


def maildir(folder: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


def test_a_single_file_is_one_mail_with_the_time_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ett.eml"
    file.write_bytes(mail(1))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    (only,) = read(file)
    assert (only.account, only.mailbox, only.uidvalidity, only.rfc822) == ("files", str(tmp_path), 0, mail(1))
    assert only.internal_date == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_folder_gives_every_eml_file_at_and_below_it_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "under").mkdir()
    (tmp_path / "b.eml").write_bytes(mail(2))
    (tmp_path / "a.EML").write_bytes(mail(1))
    (tmp_path / "under" / "c.eml").write_bytes(mail(3))
    (tmp_path / "läs mig.txt").write_text("inget brev")
    (tmp_path / "länk.eml").symlink_to(tmp_path / "b.eml")
    assert [m.rfc822 for m in read(tmp_path)] == [mail(1), mail(2), mail(3)]


def test_the_same_path_gives_the_same_uids_again_and_equal_files_are_two_mails(tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(mail(1))
    first, again = read(tmp_path), read(tmp_path)
    assert [m.uid for m in first] == [m.uid for m in again]
    assert len({m.uid for m in first}) == 2
    assert all(0 <= m.uid < 2**63 for m in first)


def test_a_mail_in_a_maildir_keeps_its_uid_when_it_is_read_and_flagged(tmp_path: Path) -> None:
    box = maildir(tmp_path / "Maildir")
    (box / "new" / "1.M2.host").write_bytes(mail(1))
    (box / "tmp" / "3.M4.host").write_bytes(mail(2))
    (box / "dovecot-uidlist").write_text("3 V1 N2\n")
    (before,) = read(box)
    (box / "new" / "1.M2.host").rename(box / "cur" / "1.M2.host:2,FS")
    (after,) = read(box)
    assert before == after
    assert before.mailbox == str(box)


def test_an_mbox_gives_its_mails_with_equal_ones_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "arkiv"
    box = mailbox.mbox(file)
    for rfc822 in (mail(1), mail(1), mail(2, "From Kinna till Skene")):
        box.add(b"From a@b Mon Nov 23 08:00:00 2026\n" + rfc822)
    box.close()
    first, again = read(file), read(tmp_path)
    assert [m.rfc822 for m in first] == [mail(1), mail(1), mail(2, "From Kinna till Skene")]
    assert len({m.uid for m in first}) == 3
    assert first == again
    assert first[0].internal_date == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert first[0].mailbox == str(file)


def test_a_file_over_the_limit_is_taken_as_its_header(tmp_path: Path) -> None:
    (tmp_path / "stor.eml").write_bytes(mail(1, "x" * 5000))
    (only,) = read(tmp_path, max_bytes=1000)
    assert (only.rfc822, only.headers_only) == (b"Message-ID: <1@test>\n\n", True)
    assert only.size == len(mail(1, "x" * 5000))


def test_the_progress_bar_knows_how_many_mails_there_are(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1))
    box = mailbox.mbox(tmp_path / "arkiv.mbox")
    for number in (2, 3):
        box.add(mail(number))
    box.close()
    assert FilesSource([tmp_path]).count() == 3


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="There is nothing at"):
        read(tmp_path / "finns-inte")


def test_a_broken_or_empty_file_is_still_a_mail(tmp_path: Path) -> None:
    (tmp_path / "tom.eml").write_bytes(b"")
    (tmp_path / "skräp.eml").write_bytes(bytes(range(256)))
    assert sorted(len(m.rfc822) for m in read(tmp_path)) == [0, 256]


def test_a_file_that_cannot_be_read_stops_no_other_and_is_told_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"{number}.eml").write_bytes(mail(number))
    usual = Path.open

    def guarded(self: Path, *arguments: Any) -> Any:
        if self.name == "2.eml":
            raise PermissionError(13, "Permission denied")
        return usual(self, *arguments)

    monkeypatch.setattr(Path, "open", guarded)
    taken: list[RawMessage] = []
    with pytest.raises(IngestError, match=r"1 files cannot be read, the first is .*2\.eml \(Permission denied\)"):
        taken.extend(FilesSource([tmp_path]).new_messages(lambda _mailbox, _uidvalidity: {}))
    assert [m.rfc822 for m in taken] == [mail(1), mail(3)]


def test_a_pipe_among_the_files_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rör.eml")
    (tmp_path / "a.eml").write_bytes(mail(1))
    assert len(read(tmp_path)) == 1
