"""The register of reporters: `reporters.csv` gives a sender's organisation and role."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ingest.message import IngestError

ROLES = ("företag", "byalag", "bostadsbolag", "kommun", "polis", "väktare")
COLUMNS = ("sender", "organisation", "role")
# A register is kept by hand; a larger file is some other file.
MAX_OCTETS = 5_000_000


@dataclass(frozen=True, slots=True)
class Reporter:
    """One line: an address (`anna@byalag.example`) or a domain (`byalag.example`), and who that is."""

    sender: str
    organisation: str
    role: str


@dataclass(frozen=True, slots=True)
class Register:
    """Known senders by address and domain, in lower case."""

    reporters: tuple[tuple[str, Reporter], ...] = ()

    def find(self, address: str) -> Reporter | None:
        """Who writes from this address: by the address itself, else its domain, else the domain's parents."""
        known = dict(self.reporters)
        domain = address.rpartition("@")[2]
        parents = [domain.split(".", count)[-1] for count in range(domain.count("."))]
        return next((known[key] for key in (address, *parents) if key in known), None)


def load_register(path: Path) -> Register:
    """Reads `reporters.csv`: columns sender, organisation, role; UTF-8, or cp1252 with semicolons as Excel saves it.

    Raises:
        IngestError: the file cannot be read, or a line is wrong; the message names file, line and remedy.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}). Correct `reporters` in lagesbild.toml or create the file."
        raise IngestError(msg) from error
    if len(content) > MAX_OCTETS:
        msg = f"{path}: larger than {MAX_OCTETS} octets, which no register of reporters is."
        raise IngestError(msg)
    return parse_register(_decoded(content), str(path))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def parse_register(text: str, name: str = "reporters.csv") -> Register:
    """The register from its text.

    Raises:
        IngestError: a column is missing or a line is wrong.
    """
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    table = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    columns = [(column or "").strip().lower() for column in table.fieldnames or ()]
    if columns[: len(COLUMNS)] != list(COLUMNS):
        msg = f"{name}, line 1: the columns must be {', '.join(COLUMNS)}."
        raise IngestError(msg)
    table.fieldnames = columns
    found = [_reporter(row, f"{name}, line {table.line_num}") for row in table if any(row.values())]
    return Register(tuple((reporter.sender, reporter) for reporter in found))


def _reporter(row: dict[str, str], where: str) -> Reporter:
    sender, organisation, role = ((row.get(column) or "").strip() for column in COLUMNS)
    sender = sender.lower().removeprefix("@")
    if not sender or " " in sender or "." not in sender:
        msg = f"{where}: {sender!r} is neither an address nor a domain."
        raise IngestError(msg)
    if role.lower() not in ROLES:
        msg = f"{where}: {role!r} is no role. Roles: {', '.join(ROLES)}."
        raise IngestError(msg)
    return Reporter(sender, organisation, role.lower())


def as_role(words: str) -> str:
    """The role that a form's answer names (`Byalagsrepresentant` is a byalag), or an empty string."""
    return next((role for role in ROLES if words.strip().lower().startswith(role)), "")
