"""How fast the chain is as a whole process: import of 1,000 mails, status, help. `python -m bench.chain [MAILS]`."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from lagesbild.demo import MAIL

FIRST = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
RUNS = 5


def mailbox(folder: Path, count: int) -> Path:
    """A folder of mails made of the demo's, each with a Message-ID, date and sender of its own."""
    folder.mkdir()
    bodies = [path.read_bytes() for path in sorted(MAIL.glob("*.eml"))]
    for number in range(count):
        body = bodies[number % len(bodies)]
        head = EmailMessage()
        head["X-Number"] = str(number)
        head["Received"] = f"from x by y; {format_datetime(FIRST + timedelta(hours=number))}"
        marked = body.replace(b"Message-ID: <", b"Message-ID: <%d-" % number, 1)
        (folder / f"{number:05d}.eml").write_bytes(head.as_bytes().rstrip(b"\n") + b"\n" + marked)
    return folder


def run(config: Path, *arguments: str) -> tuple[float, float, str]:
    """Wall and CPU seconds of one command, children included, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "lagesbild", "--config", str(config), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main(count: int = 1000) -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run([sys.executable, "-m", "lagesbild", "init", scratch], check=True, capture_output=True)
        config = folder / "lagesbild.toml"
        mails = mailbox(folder / "mails", count)
        run(config, "classify", "--json", str(next(mails.iterdir())))  # compiles the rules once, as any first use does
        wall, cpu, _ = run(config, "import", str(mails))
        received = json.loads(run(config, "status", "--json")[2])["received"]
        print(f"import of {received} mails: {wall:.1f} s, {received / wall:.0f} mails/s ({cpu:.1f} s CPU)")
        again, _, _ = run(config, "import", str(mails))
        print(f"the same folder again: {again:.1f} s")
        for arguments in (("status", "--json"), ("--help",)):
            walls = sorted(run(config, *arguments)[0] for _ in range(RUNS))
            print(f"lagesbild {arguments[0]}: median {walls[RUNS // 2]:.2f} s of {RUNS}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
