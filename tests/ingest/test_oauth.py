"""Tokens come fresh from the provider, a new refresh token is never lost, and a real Dovecot lets us in with them."""

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

from ingest import oauth
from ingest.imap import ImapSource
from ingest.mailbox import ImapAccount
from ingest.oauth import OAuthClient, access_token
from ingest.source import RefusedError, UnavailableError

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot
    from tests.servers.provider import Provider

SCOPES = ("https://outlook.office365.com/.default",)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def by_secret(provider: "Provider") -> OAuthClient:
    return OAuthClient("lagesbild-app", SCOPES, authority=provider.authority, secret=provider.secret)


@pytest.fixture
def by_refresh_token(provider: "Provider", tmp_path: Path) -> OAuthClient:
    token = written(tmp_path, "refresh", "första\n")
    return OAuthClient("lagesbild-app", SCOPES, authority=provider.authority, refresh_token_file=token)


def test_an_application_logs_in_with_its_secret_and_gets_a_fresh_token_each_time(
    provider: "Provider", by_secret: OAuthClient
) -> None:
    assert [access_token(by_secret) for _ in range(2)] == ["token-1", "token-2"]
    assert {form["grant_type"] for form in provider.asked} == {"client_credentials"}
    assert {form["scope"] for form in provider.asked} == {SCOPES[0]}


def test_an_application_logs_in_with_a_certificate_that_signs_its_claim(provider: "Provider", tmp_path: Path) -> None:
    certificate = trustme.CA().issue_cert("lagesbild-app", key_type=trustme.KeyType.RSA)
    provider.certificate = certificate.cert_chain_pems[0].bytes().decode()
    pem = written(tmp_path, "app.pem", certificate.private_key_and_cert_chain_pem.bytes().decode())
    client = OAuthClient("lagesbild-app", SCOPES, authority=provider.authority, certificate_file=pem)
    assert access_token(client) == "token-1"
    assert "client_assertion" in provider.asked[0]


def test_a_certificate_that_cannot_sign_is_an_alarm(provider: "Provider", tmp_path: Path) -> None:
    for content in ("skräp", trustme.CA().issue_cert("x").private_key_and_cert_chain_pem.bytes().decode()):
        pem = written(tmp_path, "app.pem", content)
        with pytest.raises(RefusedError, match="is not usable"):
            access_token(OAuthClient("x", SCOPES, authority=provider.authority, certificate_file=pem))


def test_microsofts_own_address_is_made_from_the_tenant(provider: "Provider", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "MICROSOFT", f"https://localhost:{provider.tls_port}")
    assert access_token(OAuthClient("lagesbild-app", SCOPES, tenant="kommun", secret=provider.secret)) == "token-1"


def test_the_new_refresh_token_is_kept_for_its_owner_only(provider: "Provider", by_refresh_token: OAuthClient) -> None:
    assert [access_token(by_refresh_token) for _ in range(3)] == ["token-1", "token-2", "token-3"]
    file = by_refresh_token.refresh_token_file
    assert file is not None
    assert file.read_text(encoding="utf-8").strip() in provider.refresh_tokens
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [form["refresh_token"] for form in provider.asked] == ["första", "nästa-token-1", "nästa-token-2"]


def test_a_refresh_token_survives_a_disk_that_cannot_take_the_new_one(
    by_refresh_token: OAuthClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RefusedError, match="No space left on device"):
        access_token(by_refresh_token)
    file = by_refresh_token.refresh_token_file
    assert file is not None
    assert file.read_text(encoding="utf-8") == "första\n"


def test_a_refused_application_is_an_alarm_without_the_secret_in_it(
    provider: "Provider", by_secret: OAuthClient
) -> None:
    provider.secret = "ett annat"
    with pytest.raises(RefusedError, match=r"invalid_client.*AADSTS7000215: fel Trace ID.*expired") as refused:
        access_token(by_secret)
    assert "klienthemlighet" not in str(refused.value) + repr(by_secret)


@pytest.mark.parametrize(("code", "told"), [(503, "HTTP Error: 503"), (400, "senare")])
def test_a_provider_in_trouble_may_be_asked_again(
    provider: "Provider", by_secret: OAuthClient, code: int, told: str
) -> None:
    provider.error = (code, {"error": "temporarily_unavailable", "error_description": "senare"})
    with pytest.raises(UnavailableError, match=told):
        access_token(by_secret)


def test_an_unreachable_provider_may_be_asked_again(by_secret: OAuthClient) -> None:
    client = OAuthClient("x", SCOPES, authority="https://localhost:1/kommun", secret=by_secret.secret)
    with pytest.raises(UnavailableError, match="localhost:1 cannot be reached"):
        access_token(client)


def test_a_provider_with_an_unknown_certificate_is_told_nothing(
    provider: "Provider", by_secret: OAuthClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(UnavailableError, match="SSLError"):
        access_token(by_secret)
    assert provider.asked == []


def test_a_missing_certificate_is_named(provider: "Provider", tmp_path: Path) -> None:
    client = OAuthClient("x", SCOPES, authority=provider.authority, certificate_file=tmp_path / "finns-inte")
    with pytest.raises(RefusedError, match="finns-inte cannot be read"):
        access_token(client)


@pytest.fixture(params=["xoauth2", "oauthbearer"])
def oauth_dovecot(
    request: pytest.FixtureRequest, start_dovecot: "type[Dovecot]", provider: "Provider", ca: trustme.CA
) -> Iterator["Dovecot"]:
    home = Path(tempfile.mkdtemp(prefix="lagesbild-oauth-"))
    home.chmod(0o755)
    server = start_dovecot(
        home, ca, mechanisms=request.param, introspection=f"http://127.0.0.1:{provider.port}/?token="
    )
    server.start()
    yield server
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.dovecot
@pytest.mark.xdist_group("dovecot")
def test_a_mailbox_is_read_with_a_token_and_each_connection_brings_a_fresh_one(
    oauth_dovecot: "Dovecot", provider: "Provider", by_secret: OAuthClient
) -> None:
    provider.owner = "anna@mark.example"
    account = ImapAccount(
        "localhost", "anna@mark.example", lambda: access_token(by_secret), oauth_dovecot.tls_port,
        auth="oauth2", ca_file=oauth_dovecot.ca_file,
    )  # fmt: skip
    oauth_dovecot.deliver("anna@mark.example", b"Subject: hej\r\n\r\nhej\r\n")
    source = ImapSource(account)
    for _ in range(2):
        assert len(list(source.new_messages(lambda _mailbox, _uidvalidity: {}))) == 1
        source.close()
    assert len(provider.asked) == 2


@pytest.mark.dovecot
@pytest.mark.xdist_group("dovecot")
def test_a_shared_mailbox_is_opened_by_somebody_elses_token(
    oauth_dovecot: "Dovecot", provider: "Provider", by_refresh_token: OAuthClient
) -> None:
    provider.owner = "sakerhet@mark.example"
    account = ImapAccount(
        "localhost", "anna@mark.example", lambda: access_token(by_refresh_token), oauth_dovecot.tls_port,
        auth="oauth2", ca_file=oauth_dovecot.ca_file, shared_mailbox="sakerhet@mark.example",
    )  # fmt: skip
    oauth_dovecot.deliver("sakerhet@mark.example", b"Subject: hej\r\n\r\nhej\r\n")
    source = ImapSource(account)
    (message,) = source.new_messages(lambda _mailbox, _uidvalidity: {})
    assert message.account == "sakerhet@mark.example@localhost"
    source.close()


@pytest.mark.dovecot
@pytest.mark.xdist_group("dovecot")
def test_a_token_that_was_revoked_is_an_alarm_that_does_not_show_it(
    oauth_dovecot: "Dovecot", provider: "Provider", by_secret: OAuthClient
) -> None:
    def revoked() -> str:
        token = access_token(by_secret)
        provider.owners.clear()
        return token

    account = ImapAccount(
        "localhost", "anna", revoked, oauth_dovecot.tls_port, auth="oauth2", ca_file=oauth_dovecot.ca_file
    )
    with pytest.raises(RefusedError, match="oauth2 settings") as refused:
        next(ImapSource(account).new_messages(lambda _mailbox, _uidvalidity: {}))
    assert "token-1" not in str(refused.value)
