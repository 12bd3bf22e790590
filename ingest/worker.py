"""Reading in a process of its own, which may be killed: no mail can hang, exhaust or crash the service (F14)."""

import multiprocessing
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from ingest.message import IngestError, RawMessage, Reading
from ingest.reports import ReadingContext, read

# An ordinary mail takes a millisecond, the worst measured of 11,125 real ones under a second.
MAX_SECONDS = 20.0
# On top of what the idle process holds; a mail of 25 MB was measured at about 230 MB.
MAX_OCTETS = 1_000_000_000
# Libraries in C leak a little on broken input; a fresh process now and then costs half a second.
MAILS_PER_PROCESS = 2000

_REMEDY = "Its bytes are kept: look at it with `lagesbild quarantine show`."
_context = ReadingContext()


class Worker:
    """Reads mails one at a time in a child process, which is kept between mails and replaced when it had to be ended.

    Args:
        context: what reading needs to know; given to the process once.
        seconds: time for one mail, from when the process takes it up.
        octets: memory for one mail, on top of the idle process.
    """

    def __init__(self, context: ReadingContext, seconds: float = MAX_SECONDS, octets: int = MAX_OCTETS) -> None:
        self._context = context
        self._seconds = seconds
        self._octets = octets
        self._pool: ProcessPool | None = None

    def __call__(self, raw: RawMessage) -> Reading:
        """Reads one mail, as `ingest.reports.read` does.

        Raises:
            IngestError: the mail took too long or too much memory, ended the process, or could not be read.
        """
        try:
            return self._started().schedule(_read, args=(raw,), timeout=self._seconds).result()
        except IngestError:
            raise
        except TookTooLong as error:
            msg = f"Reading the mail took longer than {self._seconds:g} seconds and was stopped. {_REMEDY}"
            raise IngestError(msg) from error
        except MemoryError as error:
            msg = f"Reading the mail took more than {self._octets // 1_000_000} MB of memory. {_REMEDY}"
            raise IngestError(msg) from error
        except (ProcessExpired, BrokenProcessPool) as error:
            self.close()
            msg = f"Reading the mail ended the process. {_REMEDY}"
            raise IngestError(msg) from error
        except Exception as error:
            # The name alone: an exception's words may quote the mail.
            msg = f"The mail could not be read ({type(error).__name__}). {_REMEDY}"
            raise IngestError(msg) from error

    def _started(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,
                max_tasks=MAILS_PER_PROCESS,
                initializer=_prepare,
                initargs=(self._context, self._octets),
                # A forked child would inherit the database connection and the locks of other threads.
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    def close(self) -> None:
        """Ends the process; safe to call twice."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()


def _prepare(context: ReadingContext, octets: int) -> None:
    global _context  # noqa: PLW0603 - the child process exists for this one context
    _context = context
    _limit_memory(octets)


def _limit_memory(octets: int) -> None:
    import resource

    now = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + octets, now + octets))


def _read(raw: RawMessage) -> Reading:
    return read(raw, _context)
