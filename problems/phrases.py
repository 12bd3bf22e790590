"""Numbers and dates in plain Swedish."""

from datetime import date

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
ORDINALS = ("varje", "varannan", "var tredje", "var fjärde", "var femte", "var sjätte", "var sjunde", "var åttonde")


def decimal(value: float) -> str:
    """One decimal and a comma: `1,2`."""
    return f"{value:.1f}".replace(".", ",")


def events(count: int) -> str:
    """`1 händelse`, `4 händelser`."""
    return f"{count} {'händelse' if count == 1 else 'händelser'}"


def reports(count: int) -> str:
    """`1 rapport`, `4 rapporter`."""
    return f"{count} {'rapport' if count == 1 else 'rapporter'}"


def reporters(count: int) -> str:
    """`1 oberoende rapportör`, `7 oberoende rapportörer`."""
    return f"{count} oberoende {'rapportör' if count == 1 else 'rapportörer'}"


def weeks(count: float) -> str:
    """`1 vecka`, `12 veckor`; rounded."""
    return f"{count:.0f} {'vecka' if round(count) == 1 else 'veckor'}"


def every(count: int) -> str:
    """`varje vecka`, `varannan vecka`, `var tredje vecka`."""
    return f"{ORDINALS[count - 1]} vecka" if 0 < count <= len(ORDINALS) else f"ungefär var {count}:e vecka"


def day(value: date) -> str:
    """`3 mars 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def listed(parts: list[str]) -> str:
    """`fredag, lördag och söndag`."""
    return " och ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
