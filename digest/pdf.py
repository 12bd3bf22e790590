"""The digest on paper: the mail's own HTML, set by Typst as a tagged PDF for archives and screen readers.

The HTML is read into a tree of elements and handed over as data; Typst never compiles a word of it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from digest import DigestError
from digest.charts import Image

TEMPLATE = "digest.typ"
SKIPPED = frozenset({"head", "style", "title"})
VOID = frozenset({"br", "img", "meta"})
KEPT_ATTRIBUTES = ("class", "alt", "src", "role")

SOFT_HYPHEN, MISSING = "\u00ad", "\u25a1"

Node = dict[str, Any]


class _Tree(HTMLParser):
    """HTML to nested nodes: `{tag, class, alt, src, role, kids}`, text as plain strings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = {"tag": "body", "kids": []}
        self._open = [self.root]
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self._skipped += 1
        if self._skipped or tag in {"html", "body", "meta"}:
            return
        node = {"tag": tag, "kids": [], **{k: v or "" for k, v in attrs if k in KEPT_ATTRIBUTES}}
        self._open[-1]["kids"].append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self._skipped -= 1
        elif not self._skipped and len(self._open) > 1 and self._open[-1]["tag"] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if self._skipped or not data:
            return
        before, after = data[:1].isspace(), data[-1:].isspace()
        self._open[-1]["kids"].append(f"{' ' if before else ''}{text}{' ' if after and text else ''}")


def tree(html: str) -> Node:
    """The body of a digest as nested nodes."""
    parser = _Tree()
    parser.feed(html)
    parser.close()
    return parser.root


def make_pdf(html: str, images: Sequence[Image], templates: Sequence[Path], title: str, made_at: datetime) -> bytes:
    """The PDF of a rendered digest.

    Args:
        html: as rendered for the mail.
        images: the pictures it refers to by Content-ID.
        templates: folders in which `digest.typ` is looked for, first one first.
        title: the document's title.
        made_at: its date; the same input gives the same bytes.

    Raises:
        DigestError: the Typst template is wrong; the message names the line.
    """
    import typst

    with TemporaryDirectory(prefix="lagesbild-") as name:
        folder = Path(name)
        _lay_out(folder, html, images, templates)
        try:
            # PDF/A-2a for the archive (tagged, fonts inside), PDF/UA-1 for readers with assistive technology.
            return typst.compile(
                folder / TEMPLATE,
                root=folder,
                sys_inputs={"title": title, "date": made_at.date().isoformat()},
                pdf_standards=["a-2a", "ua-1"],
                font_paths=[fonts()],
                ignore_system_fonts=True,
                timestamp=made_at.astimezone(UTC).replace(microsecond=0),
            )
        except typst.TypstError as error:
            msg = f"The PDF cannot be set: {error}. Mend {TEMPLATE}, or take it out of [digest] templates."
            raise DigestError(msg) from error


def _lay_out(folder: Path, html: str, images: Sequence[Image], templates: Sequence[Path]) -> None:
    source = next(path / TEMPLATE for path in templates if (path / TEMPLATE).is_file())
    (folder / TEMPLATE).write_bytes(source.read_bytes())
    for image in images:
        (folder / f"{image.name}.png").write_bytes(image.png)
    names = {f"cid:{image.cid}": f"{image.name}.png" for image in images}
    content = json.dumps(_with_files(tree(printable(html)), names))
    (folder / "digest.json").write_text(content, encoding="utf-8")


def fonts() -> Path:
    """The folder of DejaVu, which comes with matplotlib: no font of the machine is used."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _signs() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(fonts() / "DejaVuSans.ttf")).get_charmap())


def printable(text: str) -> str:
    """The text with a box for every sign that the fonts lack: archives refuse a PDF with a glyph missing."""
    return "".join(c if ord(c) in _signs() or c.isspace() or c == SOFT_HYPHEN else MISSING for c in text)


def _with_files(node: Node, names: Mapping[str, str]) -> Node:
    """The same node with each picture's file in place of its Content-ID."""
    kids = [kid if isinstance(kid, str) else _with_files(kid, names) for kid in node["kids"]]
    return node | {"kids": kids} | ({"src": names.get(node["src"], "")} if "src" in node else {})
