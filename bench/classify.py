"""Classifying: reports a second on one core, with today's terms and with ten times as many; time to load; memory.

Run with `python -m bench.classify`. The reports are made here, of 400 characters each, from everyday words.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
REPORTS = 1_000
CHARACTERS = 400
SENTENCES = (
    "Hej, i natt har någon krossat två rutor i busskuren vid torget i Kinna.",
    "Sedan i våras står samma gäng i trapphuset och skriker till klockan två.",
    "Lampan vid övergångsstället är trasig och det är kolsvart på morgonen.",
    "Vi har inte sett några droger den här gången, men det luktar rök.",
    "En man i mörk jacka följde efter min dotter från stationen i Skene.",
    "Kan ni skicka någon som hämtar skräpet bakom återvinningen i Fritsla?",
    "Polisen kom efter en timme och då hade alla gått hem.",
    "Mopederna kör fram och tillbaka på gångvägen varje kväll.",
    "Jag har pratat med grannarna och de säger samma sak.",
    "Ring mig gärna på 070-174 06 12 om ni vill veta mer.",
)


def reports(count: int) -> list[str]:
    """Texts of the wanted length, no two alike."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        text = f"Ärende {number}. "
        while len(text) < CHARACTERS:
            text += chance.choice(SENTENCES) + " "
        made.append(text[:CHARACTERS])
    return made


def more_terms(rules: str, count: int) -> str:
    """The rules with so many more terms, which none of the reports holds, in their last category."""
    chance = random.Random(11)
    terms = ", ".join("x" + "".join(chance.choices("bdfgklmnprstv", k=9)) for _ in range(count))
    return rules.replace("    label: Övrigt\n", f"    label: Övrigt\n    rubric: [{terms}]\n")


def measure(rules: Path, folder: Path) -> tuple[float, float, float]:
    """Seconds of processor time to load, reports a second, resident megabytes."""
    start = time.process_time()
    from classify.pipeline import load_classifier
    from ingest.message import Address, Report

    classifier = load_classifier(rules, ROOT / "places.yaml", cache_dir=folder)
    told = [Report(text, "Rapport", datetime.now(UTC), Address("", "a@b.example"), "free") for text in reports(REPORTS)]
    classifier.assess(told[0])
    loaded = time.process_time() - start
    start = time.process_time()
    for report in told:
        classifier.assess(report)
    rate = REPORTS / (time.process_time() - start)
    return loaded, rate, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Each measurement in a process of its own, so that memory and start are told apart."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rules = (ROOT / "rules.yaml").read_text(encoding="utf-8")
        (folder / "today.yaml").write_text(rules, encoding="utf-8")
        (folder / "more.yaml").write_text(more_terms(rules, 3_000), encoding="utf-8")
        for label, file in (
            ("first time", "today.yaml"),
            ("cached", "today.yaml"),
            ("3 000 more terms, first time", "more.yaml"),
            ("3 000 more terms, cached", "more.yaml"),
        ):
            command = (sys.executable, "-m", "bench.classify", str(folder / file), str(folder / "cache"))
            found = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            print(f"{label}: {found.stdout.strip()}")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].endswith(".yaml"):
        seconds, rate, megabytes = measure(Path(sys.argv[1]), Path(sys.argv[2]))
        print(f"loaded in {seconds:.2f} s, {rate:.0f} reports/s, {megabytes:.0f} MB")
    else:
        main()
