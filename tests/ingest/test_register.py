"""The register of reporters: who writes from which address; a wrong line names itself."""

from pathlib import Path

import pytest

from ingest.message import IngestError
from ingest.register import as_role, load_register, parse_register

TEXT = "sender,organisation,role\nanna@byalag.example,Ågatans byalag,byalag\n@butik.example,Butiken AB,Företag\n"


def test_an_address_goes_before_its_domain() -> None:
    register = parse_register(TEXT + "byalag.example,Alla byalag,kommun\n")
    found = register.find("anna@byalag.example")
    assert found is not None
    assert found.organisation == "Ågatans byalag"
    other = register.find("bo@byalag.example")
    assert other is not None
    assert other.role == "kommun"


def test_subdomains_count_and_look_alikes_do_not() -> None:
    register = parse_register(TEXT)
    assert register.find("x@post.butik.example") is not None
    assert register.find("x@minbutik.example") is None
    assert register.find("x@butik.example.evil.example") is None
    assert register.find("") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_are_read_as_spreadsheets_save_them(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "reporters.csv"
    path.write_bytes(TEXT.replace(",", ";").replace("\n", "\r\n").encode(encoding))
    found = load_register(path).find("anna@byalag.example")
    assert found is not None
    assert found.organisation == "Ågatans byalag"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b,c\n", r"line 1: the columns must be sender, organisation, role"),
        ("", r"line 1: the columns"),
        ("sender,organisation,role\nanna@x.example,X,granne\n", r"line 2: 'granne' is no role"),
        ("sender,organisation,role\na@x.example,X,polis\nanna,X,polis\n", r"line 3: 'anna' is neither"),
    ],
)
def test_a_wrong_line_is_named(text: str, sentence: str) -> None:
    with pytest.raises(IngestError, match=sentence):
        parse_register(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"reporters\.csv: cannot be read"):
        load_register(tmp_path / "reporters.csv")


def test_roles_in_words_are_recognised() -> None:
    assert as_role("Byalagsrepresentant") == "byalag"
    assert as_role("Företagare") == "företag"
    assert as_role("Privatperson") == ""
