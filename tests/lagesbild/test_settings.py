"""Settings say what is wrong with them, key by key, and what to write instead."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lagesbild.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from tests.servers.provider import Provider


def write(folder: Path, text: str) -> Path:
    path = folder / "lagesbild.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_do_for_an_empty_file_and_paths_belong_to_its_folder(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""))
    assert settings.service.poll_every == timedelta(minutes=5)
    assert settings.review.path == tmp_path / "granskning.xlsx"
    assert settings.store.url == f"sqlite:///{tmp_path}/lagesbild.db"


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAGESBILD_MAILBOX__HOST", "imap.example")
    monkeypatch.setenv("LAGESBILD_SMTP__FROM", "a@b.se")
    settings = load_settings(write(tmp_path, '[mailbox]\nhost = "other"\nusername = "u"\n'))
    assert (settings.mailbox.host, settings.mailbox.username) == ("imap.example", "u")
    assert settings.smtp.from_ == "a@b.se"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[mailbox]\nusernam = "x"\n', r"\[mailbox\] usernam is not a setting. Did you mean username\?"),
        ("[mailbx]\n", r"\[mailbx\] is not a setting. Did you mean mailbox\?"),
        ('[service]\npoll_every = "fem"\n', "write a number and a unit"),
        ('[mailbox]\nhost = "imap.example"\nsecurity = "none"\n', "for this machine only"),
        ("[mailbox\n", "cannot be read"),
        ('[mailbox]\nauth = "oauth2"\n', "needs oauth2.client_id"),
        ('[mailbox.oauth2]\ntennant = "x"\n', r"\[mailbox\] oauth2.tennant is not a setting. Did you mean tenant\?"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_remedy(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        load_settings(write(tmp_path, text))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, '[service]\npoll_every = "fem"\n[digest]\ntime = "25:00"\n'))
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="lagesbild init"):
        load_settings(tmp_path / "none.toml")


def test_a_password_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hemligt\n")
    settings = load_settings(
        write(tmp_path, '[mailbox]\npassword_file = "secret"\n[smtp]\npassword = "ocksahemligt"\n')
    )
    assert settings.mailbox.secret() == "hemligt"
    assert settings.smtp.secret() == "ocksahemligt"
    assert "hemligt" not in repr(settings)


@pytest.mark.parametrize("section", ["mailbox", "smtp"])
def test_with_oauth2_the_secret_is_a_fresh_token_and_what_proves_us_is_never_shown(
    tmp_path: Path, provider: "Provider", section: str
) -> None:
    (tmp_path / "client").write_text(provider.secret + "\n", encoding="utf-8")
    settings = load_settings(
        write(
            tmp_path,
            f'[{section}]\nauth = "oauth2"\n[{section}.oauth2]\nclient_id = "lagesbild-app"\n'
            f'authority = "{provider.authority}"\nscope = "a b"\nclient_secret_file = "client"\n',
        )
    )
    login = settings.mailbox if section == "mailbox" else settings.smtp
    assert [login.secret(), login.secret()] == ["token-1", "token-2"]
    assert provider.asked[0]["scope"] == "a b"
    assert provider.secret not in repr(settings)


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, '[mailbox]\npassword_file = "finns-inte"\n'))
    with pytest.raises(SettingsError, match="finns-inte cannot be read"):
        settings.mailbox.secret()
