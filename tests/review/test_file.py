"""The file on disk: never written over what nobody has read, whatever happens in between."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lagesbild.review import export, months_before, sync
from review import file
from review.model import FileBusy, ReviewError


def test_a_file_that_is_still_being_saved_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "g.xlsx"
    path.write_bytes(b"1")
    naps: list[float] = []

    def grow(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) < 3:
            path.write_bytes(b"1" * (len(naps) + 1))

    file.settle(path, sleep=grow, now=lambda: path.stat().st_mtime)
    assert len(naps) == 3


def test_a_file_that_never_stands_still_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "g.xlsx"
    path.write_bytes(b"1")

    def grow(_seconds: float) -> None:
        path.write_bytes(path.read_bytes() + b"1")

    with pytest.raises(FileBusy, match="sparas just nu"):
        file.settle(path, sleep=grow, now=lambda: path.stat().st_mtime)


def test_a_save_in_the_last_moment_is_put_back_and_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "g.xlsx"
    path.write_bytes(b"known")
    known = file.digest(path)
    path.write_bytes(b"saved by an editor")
    assert file.replace(path, b"new", known) is False
    assert path.read_bytes() == b"saved by an editor"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g.xlsx"]


def test_a_save_into_the_empty_place_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "g.xlsx"
    path.write_bytes(b"known")
    step_aside = file._step_aside

    def meanwhile(*args: Any) -> bool:
        done = step_aside(*args)
        path.write_bytes(b"saved by an editor")
        return done

    monkeypatch.setattr(file, "_step_aside", meanwhile)
    assert file.replace(path, b"new", file.digest(path)) is False
    assert path.read_bytes() == b"saved by an editor"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "g.xlsx"
    path.write_bytes(b"known")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file, "_write", full)
    with pytest.raises(ReviewError, match="Den gamla filen är kvar"):
        file.replace(path, b"new", file.digest(path))
    assert path.read_bytes() == b"known"


@pytest.mark.parametrize("also_saved", [False, True])
def test_a_crash_while_writing_loses_no_edit(desk: Any, also_saved: bool) -> None:
    desk.add()
    desk.add()
    export(desk.tools)
    desk.edit({("Att granska", "R1", "new_locality"): "Skene"})
    aside = file.aside_of(desk.path)
    if also_saved:  # an editor had saved into the empty place before the program was killed
        aside.write_bytes(desk.path.read_bytes())
        desk.edit({("Att granska", "R1", "new_locality"): None, ("Att granska", "R2", "new_locality"): "Örby"})
    else:
        desk.path.rename(aside)
    sync(desk.tools)
    assert desk.get(1).effective.place.locality == "Skene"
    assert desk.get(2).effective.place.locality == ("Örby" if also_saved else "Kinna")
    assert not aside.exists()


def test_a_lock_left_by_a_crash_is_no_lock_after_a_day(tmp_path: Path) -> None:
    path = tmp_path / "granskning.xlsx"
    lock = tmp_path / ".~lock.granskning.xlsx#"
    lock.write_text("x")
    now = lock.stat().st_mtime
    assert file.locks(path, now + 60) == (lock,)
    assert file.locks(path, now + file.STALE_LOCK_SECONDS + 1) == ()
    (tmp_path / "~$anskning.xlsx").write_text("x")
    assert len(file.locks(path)) == 2


def test_applied_files_of_the_same_minute_are_all_kept(tmp_path: Path) -> None:
    path, applied = tmp_path / "granskning.xlsx", tmp_path / "x.xlsx"
    applied.write_bytes(b"1")
    at = datetime(2026, 11, 23, 8, 12, tzinfo=UTC)
    kept = [file.archive(path, applied, at).relative_to(tmp_path).as_posix() for _ in range(2)]
    assert kept == ["granskning/arkiv/2026-11-23T0812.xlsx", "granskning/arkiv/2026-11-23T0812-1.xlsx"]


def test_the_archive_is_kept_until_a_decision_says_how_long(desk: Any) -> None:
    desk.add()
    export(desk.tools)
    folder = file.archive_of(desk.path)
    folder.mkdir(parents=True)
    for name in ("2020-01-01T0800.xlsx", "2020-01-01T0800-1.csv", "anteckning.txt", "2999-01-01T0800.xlsx"):
        (folder / name).write_bytes(b"x")
    sync(desk.tools)
    assert len(list(folder.iterdir())) == 4
    sync(replace(desk.tools, archive_months=12))
    assert sorted(one.name for one in folder.iterdir()) == ["2999-01-01T0800.xlsx", "anteckning.txt"]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [("2026-11-24", 12, "2025-11-24"), ("2026-03-31", 1, "2026-02-28"), ("2026-01-15", 1, "2025-12-15")],
)
def test_months_are_counted_by_the_calendar(day: str, months: int, before: str) -> None:
    assert months_before(datetime.fromisoformat(day), months) == datetime.fromisoformat(before)
