"""Settings: `lagesbild.toml`, each key overridable as `LAGESBILD_<SECTION>__<KEY>`; secrets by file or environment."""

import difflib
import os
import tomllib
from datetime import date, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

CONFIG_NAME = "lagesbild.toml"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
Security = Literal["tls", "starttls", "none"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class SettingsError(Exception):
    """The configuration is missing or wrong; the message names file, key and remedy."""

    exit_code = 2


def _duration(value: object) -> object:
    """`30s`, `5m`, `1h`, `2d` to a timedelta."""
    if isinstance(value, str) and value[:-1].isdigit() and value[-1] in UNITS:
        return timedelta(seconds=int(value[:-1]) * UNITS[value[-1]])
    if isinstance(value, timedelta):
        return value
    msg = "write a number and a unit, for example 30s, 5m, 1h or 2d"
    raise ValueError(msg)


def _secret(file: Path | None, value: SecretStr | None) -> str:
    if file is None:
        return value.get_secret_value() if value else ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file} cannot be read: {error}. It must hold the password or client secret, and nothing else."
        raise SettingsError(msg) from error


Duration = Annotated[timedelta, BeforeValidator(_duration)]


class Section(BaseModel):
    """Base of every section: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OAuth2(Section):
    """An application registered with Microsoft 365 or another provider of tokens (RFC 6749)."""

    client_id: str = ""
    tenant: str = ""
    authority: str = ""
    scope: str = "https://outlook.office365.com/.default"
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    certificate_file: Path | None = None
    refresh_token_file: Path | None = None

    def token(self) -> str:
        """A fresh access token.

        Raises:
            SettingsError: the file of the client secret cannot be read.
            IngestError: the provider gives no token.
        """
        from ingest.oauth import OAuthClient, access_token

        secret = _secret(self.client_secret_file, self.client_secret)
        client = OAuthClient(
            self.client_id, tuple(self.scope.split()), self.tenant, self.authority, secret,
            self.certificate_file, self.refresh_token_file,
        )  # fmt: skip
        return access_token(client)


class Login(Section):
    """What a server login needs; a password comes from a file or the environment, never from the file itself."""

    host: str = ""
    security: Security = "tls"
    username: str = ""
    password_file: Path | None = None
    password: SecretStr | None = None
    auth: Literal["password", "oauth2"] = "password"
    oauth2: OAuth2 = OAuth2()
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _plain_text_stays_on_this_machine(self) -> Self:
        if self.host and self.security == "none" and self.host not in LOOPBACK:
            msg = 'security = "none" is for this machine only (localhost); use "tls" or "starttls"'
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _oauth2_is_complete(self) -> Self:
        known = self.oauth2.client_id and (self.oauth2.tenant or self.oauth2.authority)
        if self.auth == "oauth2" and not known:
            msg = 'auth = "oauth2" needs oauth2.client_id, and oauth2.tenant (Microsoft 365) or oauth2.authority'
            raise ValueError(msg)
        return self

    def secret(self) -> str:
        """The password, or with `auth = "oauth2"` a fresh access token.

        Raises:
            SettingsError: a file cannot be read.
            IngestError: the token provider gives no token.
        """
        return self.oauth2.token() if self.auth == "oauth2" else _secret(self.password_file, self.password)


class Mailbox(Login):
    """The mailbox that is read."""

    port: int = 993
    folder: str = "INBOX"
    shared_mailbox: str = ""
    processed_folder: str = ""
    since: date | None = None
    max_bytes: int = 25_000_000
    authserv_id: str = ""
    reporters: Path | None = None


class StoreSettings(Section):
    """Where everything is kept."""

    url: str = "sqlite:///lagesbild.db"


class RulesSettings(Section):
    """Rules, places and, optionally, a trained spaCy pipeline."""

    path: Path = Path("rules.yaml")
    places: Path = Path("places.yaml")
    spacy_pipeline: str = ""


class ReviewSettings(Section):
    """The review file, .xlsx or .csv; `account` is named in the history where the file does not say who saved it."""

    path: Path = Path("granskning.xlsx")
    account: str = "granskare"


class Smtp(Login):
    """The server that sends, or a folder that receives .eml files instead."""

    port: int = 465
    from_: Annotated[str, Field(validation_alias="from")] = "lagesbild@localhost"
    outbox: Path | None = None

    @property
    def address(self) -> str:
        """The sender's address without its name: the envelope's, and the right half of what we number."""
        return parseaddr(self.from_)[1]

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self.address.rpartition("@")[2] or "localhost"


class Audience(Section):
    """A group with a digest of its own that begins with its own localities."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]*$", max_length=64)]
    recipients: tuple[str, ...]
    areas: tuple[str, ...] = ()


class DigestSettings(Section):
    """To whom the situation picture goes, and when."""

    recipients: tuple[str, ...] = ()
    day: Day = "monday"
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "07:00"
    quarterly: bool = False
    tertial: bool = False
    yearly: bool = False
    quote_unreviewed: bool = False
    subject: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")] = "Lägesbild {period}"
    owner: str = ""
    contact: str = ""
    templates: Path | None = None
    notes: Path | None = None
    boundary: Path | None = None
    audience: tuple[Audience, ...] = ()


Subject = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class AlertSettings(Section):
    """Who is told at once of an urgent report; what comes beyond `per_hour` mails is told of in a summary."""

    recipients: tuple[str, ...] = ()
    per_hour: Annotated[int, Field(ge=1, le=60)] = 6


class AcknowledgeSettings(Section):
    """Whether reporters get a receipt, and its subject."""

    enabled: bool = False
    subject: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")] = (
        "Tack för din rapport"
    )


class FeedbackSettings(Section):
    """Whether registered reporters are told, each quarter, what reports led to."""

    enabled: bool = False
    subject: Subject = "Vad rapporterna ledde till"


class RetentionSettings(Section):
    """Deletion by decision; nothing is deleted without one."""

    decision: str = ""
    months: Annotated[int, Field(ge=0)] = 0


class ProblemsSettings(Section):
    """When a problem is a candidate for långsiktigt, and when it is over."""

    weeks: Annotated[int, Field(ge=1, le=52)] = 12
    active_weeks: Annotated[int, Field(ge=1, le=52)] = 3
    organisations: Annotated[int, Field(ge=1)] = 2
    months: Annotated[int, Field(ge=1)] = 2
    stated: bool = True
    quiet_weeks: Annotated[int, Field(ge=1)] = 12
    radius_m: Annotated[int, Field(ge=0, le=5000)] = 150


class ServiceSettings(Section):
    """The service's rhythm and whom it warns."""

    poll_every: Duration = timedelta(minutes=5)
    alarm_after: Duration = timedelta(hours=1)
    operator: str = ""
    timezone: str = "Europe/Stockholm"


class Settings(BaseSettings):
    """All sections. Paths in the file are relative to the file's own folder."""

    model_config = SettingsConfigDict(
        env_prefix="LAGESBILD_", env_nested_delimiter="__", extra="forbid", frozen=True, populate_by_name=True
    )

    mailbox: Mailbox = Mailbox()
    store: StoreSettings = StoreSettings()
    rules: RulesSettings = RulesSettings()
    review: ReviewSettings = ReviewSettings()
    smtp: Smtp = Smtp()
    digest: DigestSettings = DigestSettings()
    alert: AlertSettings = AlertSettings()
    acknowledge: AcknowledgeSettings = AcknowledgeSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    retention: RetentionSettings = RetentionSettings()
    problems: ProblemsSettings = ProblemsSettings()
    service: ServiceSettings = ServiceSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class names its arguments
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file, which comes in as the initial values."""
        return env_settings, init_settings


def load_settings(given: Path | None = None) -> Settings:
    """Reads the settings from `given`, else from `LAGESBILD_CONFIG`, else from `./lagesbild.toml`.

    Raises:
        SettingsError: a file that was named is missing, or every mistake in it, with key and remedy.
    """
    named = given or (Path(os.environ["LAGESBILD_CONFIG"]) if os.environ.get("LAGESBILD_CONFIG") else None)
    path = named or Path(CONFIG_NAME)
    try:
        settings = Settings(**_read(path))
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(path, mistake) for mistake in error.errors())) from None
    return _anchored(settings, path.resolve().parent)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"There is no {path}. Make one with `lagesbild init`, or name it with --config."
        raise SettingsError(msg) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        msg = f"{path} cannot be read: {error}."
        raise SettingsError(msg) from error


def _sentence(path: Path, mistake: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    keys = [str(part) for part in mistake["loc"]]
    where = f"[{keys[0]}] {'.'.join(keys[1:])}".strip()
    if mistake["type"] != "extra_forbidden":
        return f"{path}: {where}: {mistake['msg'].removeprefix('Value error, ')}."
    near = difflib.get_close_matches(keys[-1], _known(keys[:-1]), n=1)
    return f"{path}: {where} is not a setting.{f' Did you mean {near[0]}?' if near else ''}"


def _known(section: list[str]) -> list[str]:
    fields: dict[str, Any] = dict(Settings.model_fields)
    for name in section:
        model = fields[name].annotation if name in fields else None
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = dict(model.model_fields)
    return [str(field.validation_alias or name) for name, field in fields.items()]


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Makes relative paths independent of the directory the program happens to run in."""
    sections = {name: _anchor_section(getattr(settings, name), folder) for name in Settings.model_fields}
    url = settings.store.url
    if url.startswith("sqlite:///") and not url.startswith(("sqlite:////", "sqlite:///:")):
        sections["store"] = StoreSettings(url=f"sqlite:///{folder / url.removeprefix('sqlite:///')}")
    return settings.model_copy(update=sections)


def _anchor_section(section: Section, folder: Path) -> Section:
    values = {name: getattr(section, name) for name in type(section).model_fields}
    paths = {name: folder / value for name, value in values.items() if isinstance(value, Path)}
    within = {name: _anchor_section(value, folder) for name, value in values.items() if isinstance(value, Section)}
    return section.model_copy(update=paths | within)
