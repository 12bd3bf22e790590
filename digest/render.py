"""The picture as text and HTML: the only user of Jinja2.

One environment, escaping always on, undefined names refused, templates from files only: the package's own, or a
municipality's of the same name. What a mail said is a value in a template, never a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError

from digest import DigestError, swedish
from digest.charts import Image
from digest.labels import Labels
from digest.picture import SituationPicture

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Rendered:
    """One digest as people read it; `html` refers to its images by Content-ID."""

    text: str
    html: str
    images: tuple[Image, ...]


def template_folders(overrides: Path | None = None) -> tuple[Path, ...]:
    """Where templates are looked for: the municipality's own folder first, where there is one."""
    return (TEMPLATES,) if overrides is None else (overrides, TEMPLATES)


def environment(overrides: Path | None = None) -> Environment:
    """The templates; a file in `overrides` goes before ours of the same name."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in template_folders(overrides)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({f.__name__: f for f in swedish.FILTERS})
    return made


def render(
    picture: SituationPicture, labels: Labels, images: Mapping[str, Image], owner: str, overrides: Path | None = None
) -> Rendered:
    """Text and HTML of one picture.

    Raises:
        DigestError: a template is wrong; the message names the file and line.
    """
    made = environment(overrides)
    values = {
        "picture": picture,
        "period": picture.period,
        "sections": picture.sections,
        "labels": labels,
        "images": images,
        "owner": owner,
    }
    html = _filled(made, "digest.html.j2", values)
    # Both parts share their sentences, so both are escaped; the text part is plain again before it leaves.
    text = unescape(_filled(made, "digest.txt.j2", values))
    return Rendered(text=text, html=_inlined(html), images=tuple(images.values()))


def fill(name: str, values: Mapping[str, Any], overrides: Path | None = None) -> str:
    """A notice of plain text from its template.

    Raises:
        DigestError: a template is wrong; the message names the file and line.
    """
    return unescape(_filled(environment(overrides), name, dict(values))).strip() + "\n"


def _filled(made: Environment, name: str, values: dict[str, Any]) -> str:
    try:
        return made.get_template(name).render(values)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{getattr(error, 'filename', None) or name}{f', line {line}' if line else ''}"
        msg = f"The template {where} is wrong: {error.message}. Mend it, or take it out of [digest] templates."
        raise DigestError(msg) from error


def _inlined(html: str) -> str:
    """Rules on the elements themselves, as Outlook wants them; what only screens understand stays in the head."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True).inline(html)
