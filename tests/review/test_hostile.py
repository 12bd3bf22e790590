"""A hostile file ends in a clear refusal, quickly, and is left as it is."""

import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lagesbild.review import import_file
from review import file
from review.layout import OPEN
from review.model import Choices, Page, ReviewError
from review.workbook import Book, write_workbook

# The promise is 5 s, counted in processor time: other tests run at the same time. Starting Python is in it.
SECONDS = 5.5


def spent() -> float:
    """Processor time of the readers so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def proper() -> bytes:
    return write_workbook(Book((Page("open", ()),), Choices((("a", "A"),))))


def change(path: Path, member: str, data: Callable[[bytes], bytes]) -> None:
    """Rewrites one member of the package, or adds it."""
    path.write_bytes(proper())
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    members[member] = data(members.get(member, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)


def zip_bomb(path: Path) -> None:
    change(path, "xl/worksheets/sheet1.xml", lambda old: old + b" " * 200_000_000)


def many_members(path: Path) -> None:
    path.write_bytes(proper())
    with zipfile.ZipFile(path, "a") as package:
        for number in range(2000):
            package.writestr(f"xl/x{number}.xml", b"")


def xml_bomb(path: Path) -> None:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "x">' + entities + b"]><sst>&a11;</sst>"
    change(path, "xl/workbook.xml", lambda _old: bomb)


def external_entity(path: Path) -> None:
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    change(path, "xl/styles.xml", lambda _old: bad)


def macros(path: Path) -> None:
    change(path, "xl/vbaProject.bin", lambda _old: b"x")


def links(path: Path) -> None:
    change(path, "xl/externalLinks/externalLink1.xml", lambda _old: b"<x/>")


def deep_xml(path: Path) -> None:
    change(path, "xl/worksheets/sheet1.xml", lambda _old: b"<a>" * 3_000_000)


def no_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"\0" * 5000)


def huge(path: Path) -> None:
    path.write_bytes(b"PK" + bytes(21_000_000))


def a_million_rows(path: Path) -> None:
    line = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>x</t></is></c></row>'
    rows = "".join(line.format(number) for number in range(3, 400_000)).encode()
    change(path, "xl/worksheets/sheet1.xml", lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>"))


def many_names(path: Path) -> None:
    names = b"".join(b"<definedName name='n%d'>A1</definedName>" % number for number in range(500_000))
    change(path, "xl/workbook.xml", lambda old: old.replace(b"</definedNames>", names + b"</definedNames>"))


def huge_cell(path: Path) -> None:
    cell = b"<row r='9'><c r='A9' t='inlineStr'><is><t>%s</t></is></c></row>" % (b"a" * 40_000_000)
    change(path, "xl/worksheets/sheet1.xml", lambda old: old.replace(b"</sheetData>", cell + b"</sheetData>"))


def huge_attribute(path: Path) -> None:
    start = b"<sheetData x='%s'>" % (b"a" * 40_000_000)
    change(path, "xl/worksheets/sheet1.xml", lambda old: old.replace(b"<sheetData>", start))


def late_entities(path: Path) -> None:
    bomb = b"<!DOCTYPE x [<!ENTITY a 'x'>]><worksheet>&a;</worksheet>"
    change(path, "xl/worksheets/sheet1.xml", lambda _old: b"<?xml version='1.0'?>" + b" " * 8000 + bomb)


def a_password(path: Path) -> None:
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(50_000))


def half_a_file(path: Path) -> None:
    path.write_bytes(proper()[:3000])


def nothing(path: Path) -> None:
    path.write_bytes(b"")


TRAPS = (
    many_names,
    huge_cell,
    huge_attribute,
    late_entities,
    a_password,
    half_a_file,
    nothing,
    zip_bomb,
    many_members,
    xml_bomb,
    external_entity,
    macros,
    links,
    deep_xml,
    no_zip,
    huge,
    a_million_rows,
)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.__name__)
def test_a_trap_is_refused_in_time(tmp_path: Path, trap: Callable[[Path], None]) -> None:
    path = tmp_path / "granskning.xlsx"
    trap(path)
    before, start = path.read_bytes(), spent()
    with pytest.raises(ReviewError, match=r"granskning\.xlsx|Bladet|Rad 9"):
        file.read(path)
    assert spent() - start < SECONDS
    assert path.read_bytes() == before


def test_a_cell_in_the_farthest_corner_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "granskning.xlsx"
    path.write_bytes(proper())
    workbook = openpyxl.load_workbook(path)
    workbook[OPEN.title]["XFD1048576"] = "x"
    workbook.save(path)
    start = spent()
    assert [r for r in file.read(path).rows if r.sheet == "open"] == []
    assert spent() - start < SECONDS


def test_a_reader_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "granskning.xlsx"
    path.write_bytes(proper())
    monkeypatch.setattr(file, "READ_SECONDS", 0.01)
    with pytest.raises(ReviewError, match="för lång tid"):
        file.read(path)


def test_a_csv_that_is_none_is_refused(tmp_path: Path) -> None:
    for name, data in (
        ("a.csv", b"\0\1\2"),
        ("b.csv", b"hej;du\r\n1;2\r\n"),
        ("c.csv", b'"' * 1_000_000),
        ("d.csv", b";" * 19_000_000),
        ("e.csv", b""),
        ("f.csv", b"\xff\xfe" + bytes(1000)),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ReviewError):
            file.read(path)


HEAD = b"Blad;Referens;Mottaget;Ort;Kommentar;Nyckel;Version\r\n"


def test_a_csv_with_a_lost_quotation_mark_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(HEAD + b'Att granska;LB-1;;;"hej;R1;1.0\r\nAtt granska;LB-2;;;ja;R2;1.0\r\n')
    with pytest.raises(ReviewError, match="citattecknen går inte ihop på rad 3"):
        file.read(path)


@pytest.mark.parametrize("name", ["a.ods", "b.docx", "c.pdf", "d"])
def test_another_kind_of_file_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(proper())
    with pytest.raises(ReviewError, match=r"Spara den som Excel-arbetsbok \(\.xlsx\) eller \.csv"):
        file.read(path)


def test_a_text_file_of_excel_is_read_like_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "unicode.txt"
    path.write_bytes((HEAD.replace(b";", b"\t").decode() + "Att granska\tLB-1\t\t\tåäö\tR1\t1.0\r\n").encode("utf-16"))
    assert [row.values["comment"] for row in file.read(path).rows] == ["åäö"]


def test_a_huge_file_is_refused_before_it_is_copied(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.path.parent / "stor.csv"
    path.parent.mkdir()
    with path.open("wb") as out:
        out.truncate(100_000_000)
    monkeypatch.setattr("lagesbild.review.shutil.copy2", lambda *_: pytest.fail("copied"))
    with pytest.raises(ReviewError, match="större än 20 MB"):
        import_file(desk.tools, path)
