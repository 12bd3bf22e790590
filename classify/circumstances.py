"""What the urgency goes by beside words: when it happened against when it was written, and how it is told.

Each circumstance has a name in rules.yaml, where it gives points as words do, and a few words for the explanation.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from classify.assessment import Occurred
from classify.document import Findings, findings
from classify.sentences import text_of
from classify.timewords import WEEKDAY, flat_of
from classify.verbs import is_preterite

if TYPE_CHECKING:
    from spacy.tokens import Doc

# In the order in which they are shown; the names are those of `circumstances` in rules.yaml.
CIRCUMSTANCES: dict[str, str] = {
    "samma_stund": "samma stund som mejlet",
    "tidigare_i_dag": "tidigare samma dag",
    "tidigare": "en tidigare dag",
    "lange_sedan": "länge sedan",
    "ingen_dag": "ingen tid för händelsen",
    "aterkommer": "återkommer",
    "uppror": "skrivet i upprördhet",
    "i_steg": "flera gånger i följd",
    "presens": "berättat i presens",
    "datid": "berättat i dåtid",
    "tilltal": "någon tilltalas i ett citat",
}
# The hour told is rounded down: so long after its beginning it may still be going on.
STILL_NOW = timedelta(minutes=100)
AHEAD = -timedelta(hours=1)
LONG_AGO = timedelta(days=45)
# One verb in the preterite stands in most reports of what goes on ("han ramlade nyss").
MOST_PRETERITES_NOW = 1
LEAST_PRETERITES_PAST = 3
LEAST_WORDS = 6
# Capitals of this length are shouted, shorter ones are often names ("ICA", "VA").
_SHOUTED = re.compile(r"!!|\?\?|\b(?:NU|INTE|FORT|HJÄLP|AKUT|GENAST|MÅSTE|JUST)\b")
_SMALL_START = re.compile(r"(?:\A|[.!?]\s+)[a-zåäö]")
SMALL_STARTS = 2
_MONTHS = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
# What opens a clause where a series is told: `i september …, förra veckan …, nu …`.
_STEP = re.compile(
    rf"(?:\A|[.!?;:,\n]\s*(?:(?:och|men|sa)\s+)?)(i (?:{_MONTHS}|"
    rf"varas|somras|hostas|vintras|{WEEKDAY}s|gar|kvall|dag|natt|"
    r"morse|borjan)|forra (?:veckan|helgen|manaden|gangen|\w+dagen)|veckan efter|vecka \d+|"
    r"efter (?:midsommar|jul|nyar|pask)|\w+dag var|forst|sedan|sen|darefter|nu|"
    r"(?:forsta|andra|tredje|fjarde|femte) (?:gangen|veckan|kvallen|natten))\b"
)
STEPS = 3
# A year before the report's own, that is no number of something, no date and no beginning of what still lasts.
_YEAR = re.compile(
    r"(?<!sedan )(?<!sen )(?<![\d:/.-])\b((?:19[3-9]|20[0-2])\d)\b(?![-:/]|[.,]?\d| ?(?:kr|st|m|kg|km|kwh)\b)"
)
_MONTH = re.compile(rf"(?<!sedan )(?<!sen )\bi ({_MONTHS})\b(?! (?:ocksa|med)\b)")
# A month is told so many months later; one that comes soon is not last year's.
OLD_MONTHS = range(2, 10)
# Somebody is spoken to in what is quoted: a threat, a demand, an insult.
_SPOKEN_TO = re.compile(r"[\"”“»'][^\"”“»'\n]{0,80}\b(?:du|dig|din|ditt|dina|er|ni)\b[^\"”“»'\n]{0,80}[\"”“«']")


def circumstances(doc: "Doc") -> frozenset[str]:
    """The names of all circumstances of a document that hold."""
    found = findings(doc)
    manner = frozenset(_manner(doc, found))
    return manner | {_time(doc, found)}


def _time(doc: "Doc", found: Findings) -> str:
    date = found.report.date
    if found.occurred is None:
        return "lange_sedan" if not found.recurring and _long_ago(flat_of(doc), date) else "ingen_dag"
    happened = _moment(found.occurred, date)
    if found.occurred.hour is not None and AHEAD <= date - happened <= STILL_NOW:
        return "samma_stund"
    if happened.date() == date.date():
        return "tidigare_i_dag"
    return "tidigare" if date - happened < LONG_AGO else "lange_sedan"


def _long_ago(low: str, date: datetime) -> bool:
    """Whether an earlier year is named, or a month that was over two months and more ago."""
    if any(int(told) < date.year for told in _YEAR.findall(low)):
        return True
    months = (_MONTHS.split("|").index(told) + 1 for told in _MONTH.findall(low))
    return len(_steps(low)) < 2 and any((date.month - month) % 12 in OLD_MONTHS for month in months)


def _steps(low: str) -> set[str]:
    """The different times that open clauses."""
    return set(_STEP.findall(low))


def _moment(occurred: Occurred, date: datetime) -> datetime:
    return datetime.fromisoformat(occurred.value).replace(tzinfo=date.tzinfo)


def _manner(doc: "Doc", found: Findings) -> Iterator[str]:
    if found.recurring:
        yield "aterkommer"
    if len(_steps(flat_of(doc))) >= STEPS:
        yield "i_steg"
    text = found.text[found.body_start :]
    if _SHOUTED.search(found.text) or len(_SMALL_START.findall(text)) >= SMALL_STARTS:
        yield "uppror"
    if _SPOKEN_TO.search(flat_of(doc)):
        yield "tilltal"
    lows = text_of(doc).lows
    preterites = sum(map(is_preterite, lows))
    if preterites <= MOST_PRETERITES_NOW and len(lows) >= LEAST_WORDS:
        yield "presens"
    elif preterites >= LEAST_PRETERITES_PAST:
        yield "datid"
