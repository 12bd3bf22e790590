"""Numbers and dates in plain Swedish."""

from datetime import date

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
WORDS = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


def decimal(value: float) -> str:
    """One decimal and a comma: `1,2`."""
    return f"{value:.1f}".replace(".", ",")


def events(count: int) -> str:
    """`1 händelse`, `4 händelser`."""
    return f"{count} {'händelse' if count == 1 else 'händelser'}"


def weeks(count: float) -> str:
    """`1 vecka`, `12 veckor`; rounded."""
    return f"{count:.0f} {'vecka' if round(count) == 1 else 'veckor'}"


def day(value: date) -> str:
    """`3 mars 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def number(count: int) -> str:
    """`tre`, up to twelve; digits above."""
    return WORDS[count] if count < len(WORDS) else str(count)


def listed(parts: list[str]) -> str:
    """`fredag, lördag och söndag`."""
    return " och ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
