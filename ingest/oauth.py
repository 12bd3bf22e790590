"""Access tokens by OAuth 2.0 (RFC 6749) for mail servers, through msal: Microsoft 365, or any OpenID Connect provider.

Two kinds of login: the application's own (client secret or certificate), and a person's, by a refresh token in a file.
Every call gives a fresh token: nothing is remembered between connections, so that a token that was revoked is not.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ingest.message import IngestError
from ingest.source import RefusedError, UnavailableError

if TYPE_CHECKING:
    from msal import ClientApplication

# Longer than any token endpoint needs; msal itself would wait for ever.
TOKEN_SECONDS = 20.0
MICROSOFT = "https://login.microsoftonline.com"
# RFC 6749 section 4.1.2.1 and what Microsoft says of itself: another attempt may succeed.
TEMPORARY = ("temporarily_unavailable", "server_error", "request_timeout")
# Of an error description more than this is trace numbers for the provider's own support.
DESCRIPTION_LENGTH = 300


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An application registered with a token provider, and how it proves who it is.

    Attributes:
        tenant: of Microsoft 365, as a name or number.
        authority: address of another OpenID Connect provider; goes before `tenant`.
        scopes: what is asked for, for example `https://outlook.office365.com/.default`.
        secret: the client secret; never printed.
        certificate_file: a PEM file with private key and certificate, instead of a secret.
        refresh_token_file: a file with a person's refresh token; the new one is kept there at every use.
    """

    client_id: str
    scopes: tuple[str, ...]
    tenant: str = ""
    authority: str = ""
    secret: str = field(default="", repr=False)
    certificate_file: Path | None = None
    refresh_token_file: Path | None = None


def access_token(client: OAuthClient) -> str:
    """A fresh access token.

    Raises:
        RefusedError: the provider says no, or a file is missing: an alarm.
        UnavailableError: the provider cannot be reached.
    """
    if client.refresh_token_file is not None:
        with _alone(client.refresh_token_file):
            return _by_refresh_token(client, client.refresh_token_file)
    return _token(client, lambda app: app.acquire_token_for_client(scopes=list(client.scopes)))["access_token"]


def _by_refresh_token(client: OAuthClient, file: Path) -> str:
    old = _read(file)
    answer = _token(client, lambda app: app.acquire_token_by_refresh_token(old, scopes=list(client.scopes)))
    new = answer.get("refresh_token", old)
    if new != old:
        keep_secret(file, new)
    return answer["access_token"]


def _token(client: OAuthClient, ask: Any) -> dict[str, str]:  # noqa: ANN401 - msal has no types
    """Asks the provider, and gives each way in which it can say no a name."""
    import requests  # msal speaks through it, and signs with jwt
    from jwt import PyJWTError
    from msal.exceptions import MsalServiceError

    try:
        answer = ask(_application(client)) or {}
    except (requests.RequestException, MsalServiceError) as error:
        cause = str(error) if isinstance(error, MsalServiceError) else type(error).__name__
        msg = f"The token provider {_provider(client)} cannot be reached: {cause}. Check the network."
        raise UnavailableError(msg) from error
    except (ValueError, PyJWTError) as error:
        cause = f"The token provider {_provider(client)} is not usable: {_short(str(error))}"
        msg = f"{cause} Check tenant or authority, and the certificate."
        raise RefusedError(msg) from error
    if "access_token" not in answer:
        raise _no(client, str(answer.get("error", "no token")), str(answer.get("error_description", "")))
    return cast("dict[str, str]", answer)


def _application(client: OAuthClient) -> "ClientApplication":
    import msal

    where = {"oidc_authority": client.authority} if client.authority else {"authority": f"{MICROSOFT}/{client.tenant}"}
    kind = msal.ConfidentialClientApplication
    credential: Any = None
    if client.certificate_file is not None:
        pem = _read(client.certificate_file)
        credential = {"private_key": pem, "public_certificate": pem}
    elif client.secret:
        credential = client.secret
    else:
        kind = msal.PublicClientApplication
    # The authority is the operator's word: no third party is asked whether it is known.
    return kind(
        client.client_id, client_credential=credential, timeout=TOKEN_SECONDS, instance_discovery=False, **where
    )


def _provider(client: OAuthClient) -> str:
    return urlsplit(client.authority or MICROSOFT).netloc


def _no(client: OAuthClient, error: str, description: str) -> IngestError:
    kind = UnavailableError if error in TEMPORARY else RefusedError
    remedy = "Check client_id, scope, and whether the secret, certificate or refresh token has expired."
    return kind(f"The token provider {_provider(client)} gives no token ({error}): {_short(description)} {remedy}")


def _short(text: str) -> str:
    return " ".join(text.split())[:DESCRIPTION_LENGTH]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file} cannot be read: {error}. It must hold the secret, certificate or token that the settings name."
        raise RefusedError(msg) from error


def keep_secret(file: Path, secret: str) -> None:
    """Writes a secret so that a crash leaves the old or the new one whole, readable by its owner only (mode 0600).

    Raises:
        RefusedError: the file cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mkstemp gives mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            written.write(secret + "\n")
            written.flush()
            os.fsync(written.fileno())
        Path(name).replace(file)
        _sync(file.parent)
    except OSError as error:
        msg = f"{file} cannot be written: {error.strerror}. The next login needs the new token: make it writable."
        raise RefusedError(msg) from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One use of a refresh token at a time: many providers accept each token once."""
    try:
        with file.with_name(f".{file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        msg = f"{file.parent} is not usable: {error.strerror}. The folder of the refresh token must be writable."
        raise RefusedError(msg) from error
