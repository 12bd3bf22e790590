"""How fast mails are read, in this process and through the worker: `python -m bench.reading [FOLDER]`."""

import sys
import time
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path

from ingest.maildir import FilesSource
from ingest.message import IngestError, RawMessage
from ingest.reports import ReadingContext, read
from ingest.worker import Worker

ROOT = Path(__file__).parent.parent
MAILS = 1000


def mails(folder: Path) -> list[RawMessage]:
    found = list(FilesSource([folder]).new_messages(lambda _mailbox, _uidvalidity: {}))
    return list(islice(cycle(found), MAILS))


def in_process(taken: list[RawMessage]) -> None:
    times = sorted(_timed(raw) for raw in taken)
    total = sum(times)
    print(f"in process: {len(times) / total:.0f} mails per CPU second, ", end="")
    print(f"median {1000 * times[len(times) // 2]:.2f} ms, 99 % below {1000 * times[-10]:.1f} ms")


def _timed(raw: RawMessage) -> float:
    start = time.process_time()
    with suppress(IngestError):
        read(raw, ReadingContext())
    return time.process_time() - start


def through_worker(taken: list[RawMessage]) -> None:
    worker = Worker(ReadingContext())
    worker(taken[0])
    start = time.perf_counter()
    for raw in taken:
        worker(raw)
    print(f"through the worker: {len(taken) / (time.perf_counter() - start):.0f} mails per second")
    worker.close()


if __name__ == "__main__":
    chosen = mails(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "lagesbild" / "demo" / "mail")
    in_process(chosen)
    through_worker(chosen)
