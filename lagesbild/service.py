"""The service: every job on `schedule` until told to stop, ending at a mail's border."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from types import FrameType

import schedule

from lagesbild.log import log

# No rest is longer, so that a signal is obeyed and a new job is found at once.
LONGEST_REST = 1.0
# What runs beside has so many seconds to come to a mail's border; what it has not committed comes again.
PARTING_SECONDS = 20.0
# Before what runs beside begins anew after an unexpected failure, in seconds.
REST_AFTER_MISTAKE = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """One thing done again and again.

    Attributes:
        beside: runs in a thread until the second event is set; setting the first has the job done at once.
    """

    name: str
    every: timedelta
    do: Callable[[], object]
    beside: Callable[[Event, Event], None] | None = None


def serve(jobs: tuple[Job, ...], stop: Event) -> None:
    """Runs every job at once and then in its rhythm, until SIGINT, SIGTERM or `stop`.

    A job that fails is logged by name and tried again in its own time; it never stops the others.
    """
    scheduler = schedule.Scheduler()
    for job in jobs:
        scheduler.every(max(1, int(job.every.total_seconds()))).seconds.do(attempt, job)
    with _signals(stop):
        log.info("started", jobs=[job.name for job in jobs])
        beside = [_beside(job, stop) for job in jobs if job.beside]
        scheduler.run_all()
        while not stop.is_set():
            stop.wait(min(LONGEST_REST, max(0.0, scheduler.idle_seconds or 0.0)))
            for job, wake, _ in beside:
                _at_once(job, wake)
            scheduler.run_pending()
        for _, _, thread in beside:
            thread.join(PARTING_SECONDS)
    log.info("stopped")


def _beside(job: Job, stop: Event) -> tuple[Job, Event, Thread]:
    wake = Event()
    thread = Thread(target=_keep_up, args=(job, wake, stop), daemon=True, name=job.name)
    thread.start()
    return job, wake, thread


def _keep_up(job: Job, wake: Event, stop: Event) -> None:
    """A mistake of ours ends neither the thread nor the service: it begins anew after a rest."""
    while job.beside is not None and not stop.is_set():
        try:
            job.beside(wake, stop)
        except Exception as error:  # noqa: BLE001 - as for a job
            # No traceback: it may hold mail text.
            log.error("failed", job=job.name, error=type(error).__name__)
            stop.wait(REST_AFTER_MISTAKE)
        else:
            return


def _at_once(job: Job, wake: Event) -> None:
    if wake.is_set():
        wake.clear()
        attempt(job)


def attempt(job: Job) -> None:
    """Does a job once; a failure is logged by name and goes no further."""
    try:
        job.do()
    except Exception as error:  # noqa: BLE001 - the service outlives every failure; status and the operator are told
        # No traceback: it may hold mail text.
        log.error("failed", job=job.name, error=type(error).__name__)


@contextmanager
def _signals(stop: Event) -> Iterator[None]:
    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
