"""Killed anywhere, the program loses nothing and doubles nothing (F1, F7): sent = stored exactly once."""

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ingest.faults import POINTS

if TYPE_CHECKING:
    from tests.faults.conftest import Trial
    from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.dovecot, pytest.mark.xdist_group("dovecot")]
# Passed once for every mail; the others once for a batch or a poll.
FOR_EACH_MAIL = ("in-parse", "in-classify", "before-report-commit", "after-report-commit")


def test_killed_at_every_point_in_turn_it_goes_on_as_if_nothing_had_happened(trial: "Trial") -> None:
    for number, point in enumerate(POINTS):
        trial.send(3, first=10 * number + 1)
        passes = 2 if point in FOR_EACH_MAIL else 1
        assert trial.poll(f"{point}:{passes}") == -signal.SIGKILL, f"{point} is never passed: {trial.log()}"
    assert trial.poll() == 0, trial.log()
    trial.expect_exactly_once()


@pytest.mark.faults
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("point", POINTS)
def test_the_real_program_killed_at_every_stage_over_fifty_mails(new_trial: "Callable[[], Trial]", point: str) -> None:
    for number in (1, 2, 25, 50) if point in FOR_EACH_MAIL else (1, 2, 3):
        trial = new_trial()
        trial.send(50, size=100_000 if point not in FOR_EACH_MAIL else 300)
        passes = 1 if point in ("after-select", "after-search") else number
        assert trial.poll(f"{point}:{passes}", real=True) == -signal.SIGKILL, trial.log()
        assert trial.poll(real=True) == 0, trial.log()
        trial.expect_exactly_once()


def _killed_in_the_middle_of_a_fetch(trial: "Trial", proxy: "Proxy", after: int) -> None:
    proxy.cut_after = after
    process = trial.start()
    proxy.on_cut = process.kill
    assert process.wait(60) == -signal.SIGKILL, trial.log()
    proxy.cut_after, proxy.on_cut = None, lambda: None
    assert trial.poll() == 0, trial.log()
    trial.expect_exactly_once()


def test_killed_in_the_middle_of_a_mail_it_stores_no_part_of_it(
    trial: "Trial", proxy_to: "Callable[[int], Proxy]"
) -> None:
    proxy = proxy_to(trial.dovecot.port)
    trial.configure(proxy.port)
    trial.send(3, size=30_000)
    _killed_in_the_middle_of_a_fetch(trial, proxy, 40_000)


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_killed_in_the_middle_of_fifty_mails_wherever_it_is(
    new_trial: "Callable[[], Trial]", proxy_to: "Callable[[int], Proxy]"
) -> None:
    for after in range(5_000, 500_000, 25_000):
        trial = new_trial()
        proxy = proxy_to(trial.dovecot.port)
        trial.configure(proxy.port)
        trial.send(50, size=10_000)
        _killed_in_the_middle_of_a_fetch(trial, proxy, after)


def test_on_a_full_disk_nothing_is_moved_that_is_not_stored_and_it_resumes_by_itself(trial: "Trial") -> None:
    trial.send(4)
    assert trial.poll() == 0, trial.log()
    trial.send(30, size=30_000, first=100)
    assert trial.poll(octets=trial.database.stat().st_size + 400_000) == 1
    assert "The database refused" in trial.log()
    assert trial.poll() == 0, trial.log()
    trial.expect_exactly_once()


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_backlog_of_ten_thousand_mails_takes_no_more_memory_than_one_of_a_hundred(
    new_trial: "Callable[[], Trial]",
) -> None:
    used = []
    for mails in (100, 10_000):
        trial = new_trial()
        trial.send(mails, size=10_000)
        assert trial.poll(limit=1200) == 0, trial.log()
        trial.expect_exactly_once()
        used.append(int(trial.log().split("memory")[-1].split()[0]))
    # The list of UIDs is all that grows: some dozens of octets a mail.
    assert used[1] - used[0] < 25, used


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_wherever_the_disk_becomes_full_everything_is_stored_when_there_is_room_again(
    new_trial: "Callable[[], Trial]",
) -> None:
    for room in range(0, 1_600_000, 50_000):
        trial = new_trial()
        assert trial.poll() == 0, trial.log()
        trial.send(50, size=20_000)
        trial.poll(octets=trial.database.stat().st_size + room)
        assert trial.poll() == 0, trial.log()
        trial.expect_exactly_once()
