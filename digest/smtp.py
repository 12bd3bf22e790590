"""Over SMTP (RFC 5321), one step at a time: at each failure it is known whether the server can have the mail."""

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from digest.deliver import Delivery, HandOver, Letter, SendingError, same_for_all, visible
from store.records import RecipientResult, RecipientState

# A server that does not answer a connection or a command within this time is taken for dead for now.
COMMAND_SECONDS = 60.0
# RFC 5321 section 4.5.3.2.6: a client must wait ten minutes for the reply to the end of DATA; giving up
# early is how duplicates are born.
END_OF_DATA_SECONDS = 600.0
NO_ANSWER = "what came was no SMTP reply"
# smtplib's own errors are OSErrors; ValueError is what it makes of a reply or address that it cannot put into words.
LOST = (OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to hand in mail.

    Attributes:
        security: `tls` is TLS from the first byte; `starttls` is fatal where it is not offered; `none` is for loopback.
        secret: gives the password, or the access token where `auth` is `oauth2`, at the moment it is needed.
        ca_file: certificates to trust instead of the system's.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"] = "tls"
    username: str = ""
    secret: Callable[[], str] = str
    auth: Literal["password", "oauth2"] = "password"
    ca_file: Path | None = None
    command_seconds: float = COMMAND_SECONDS
    end_of_data_seconds: float = END_OF_DATA_SECONDS

    @property
    def name(self) -> str:
        """As told to people."""
        return f"{self.host}:{self.port}"


class Smtp:
    """One connection, for as many mails as there are."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Connects, with verified TLS, and logs in.

        Raises:
            SendingError: the cause in words, without the server's own where they could hold a secret.
        """
        try:
            self._smtp = _connect(self._server)
            _log_in(self._smtp, self._server)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        """Says goodbye where there is anybody left to say it to."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except LOST:
                self._smtp.close()
            self._smtp = None

    def deliver(self, letter: Letter, handing_over: HandOver) -> Delivery:
        """MAIL, RCPT, DATA; what fails before the end of DATA is written was not taken by the server."""
        smtp = self._smtp
        if smtp is None or smtp.sock is None:
            return Delivery(same_for_all(letter, "deferred", "the connection was lost"))
        try:
            results = _before_the_end(smtp, letter)
        except LOST as error:
            smtp.close()
            reason = f"the connection was lost before the end of DATA: {_cause(error)}"
            return Delivery(same_for_all(letter, "deferred", reason))
        if not any(r.state == "accepted" for r in results):
            _reset(smtp)
            return Delivery(results)
        handing_over()
        return _end(smtp, self._server, results)


def _judge(code: int) -> RecipientState:
    """RFC 5321 section 4.2.1: 2xx yes, 5xx no for good; anything else is worth another try."""
    if 200 <= code < 300:
        return "accepted"
    return "refused" if 500 <= code < 600 else "deferred"


def _connect(server: Server) -> smtplib.SMTP:
    try:
        return _open(server, ssl.create_default_context(cafile=server.ca_file))
    except ssl.SSLError as error:
        msg = (
            f"The mail server {server.name} is not trusted: {_cause(error)}. "
            "Nothing was sent. Check [smtp] host, port and security, or name its certificate in ca_file."
        )
        raise SendingError(msg) from error
    except LOST as error:
        msg = f"The mail server {server.name} cannot be reached: {_cause(error)}. Check [smtp] host, port and security."
        raise SendingError(msg) from error


def _open(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    """A connection, secured as the settings ask, that has said hello."""
    where, seconds = (server.host, server.port), server.command_seconds
    tls = server.security == "tls"
    smtp = smtplib.SMTP_SSL(*where, timeout=seconds, context=context) if tls else smtplib.SMTP(*where, timeout=seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _expect_tls(smtp, server, context)
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _expect_tls(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    if not smtp.has_extn("starttls"):
        msg = f"The mail server {server.name} offers no STARTTLS. Nothing was sent. Check [smtp] port and security."
        raise SendingError(msg)
    code, _ = smtp.starttls(context=context)
    if code != 220:
        msg = f"The mail server {server.name} refused STARTTLS ({code}). Nothing was sent. It is tried again."
        raise SendingError(msg)


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    """Logs in where a username is set; the server's words are left out, for some repeat what they were given."""
    if not server.username:
        return
    try:
        code = _authenticate(smtp, *_sasl(server, smtp.esmtp_features.get("auth", "").upper().split()))
    except LOST as error:
        msg = f"The mail server {server.name} broke off the login ({type(error).__name__}). It is tried again."
        raise SendingError(msg) from None
    if code != 235:
        msg = f"The mail server {server.name} refused the login ({code}). Check [smtp] username, password and auth."
        raise SendingError(msg)


def _sasl(server: Server, offered: list[str]) -> tuple[str, tuple[str, ...]]:
    """The mechanism and our words in turn. Not smtplib's own login: it cannot say å, ä and ö (RFC 4616 is UTF-8)."""
    user, secret = server.username, server.secret()
    if server.auth == "oauth2":
        # On refusal the server sends a challenge with the error; an empty answer brings the final 535.
        return "XOAUTH2", (f"user={user}\x01auth=Bearer {secret}\x01\x01", "")
    if "PLAIN" in offered:
        return "PLAIN", (f"\0{user}\0{secret}",)
    if "LOGIN" in offered:
        return "LOGIN", (user, secret)
    msg = f"The mail server {server.name} offers no login by password here. Check [smtp] port, security and auth."
    raise SendingError(msg)


def _authenticate(smtp: smtplib.SMTP, mechanism: str, words: tuple[str, ...]) -> int:
    said = [b64encode(word.encode()).decode() for word in words]
    first = [] if mechanism == "LOGIN" else [said.pop(0)]
    code, _ = smtp.docmd("AUTH", " ".join([mechanism, *first]))
    for word in said:
        if code == 334:
            code, _ = smtp.docmd(word)
    return code


def _before_the_end(smtp: smtplib.SMTP, letter: Letter) -> tuple[RecipientResult, ...]:
    """MAIL, RCPT and DATA without the final dot; the mail is under way where a recipient comes back as accepted."""
    code, reply = smtp.mail(letter.sender, [f"size={len(letter.rfc822)}"] if smtp.has_extn("size") else [])
    if _judge(code) != "accepted":
        return same_for_all(letter, _judge(code), f"{code} {visible(reply)}")
    results = tuple(_recipient(smtp, address) for address in letter.recipients)
    if not any(r.state == "accepted" for r in results):
        return results
    code, reply = smtp.docmd("DATA")
    if code != 354:
        return tuple(_final(r, code if code >= 400 else 451, reply) for r in results)
    smtp.send(b"\r\n".join(b"." + line if line.startswith(b".") else line for line in _lines(letter.rfc822)))
    return results


def _recipient(smtp: smtplib.SMTP, address: str) -> RecipientResult:
    code, reply = smtp.rcpt(address)
    return RecipientResult(address, _judge(code), f"{code} {visible(reply)}", datetime.now(UTC))


def _lines(rfc822: bytes) -> list[bytes]:
    # A bare CR or LF must not reach the wire: it is what SMTP smuggling (VU#302671) is made of.
    return rfc822.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")


def _end(smtp: smtplib.SMTP, server: Server, results: tuple[RecipientResult, ...]) -> Delivery:
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(server.end_of_data_seconds)
        smtp.send(b"\r\n.\r\n")
        code, reply = smtp.getreply()
        if code // 100 not in {2, 4, 5}:
            raise smtplib.SMTPServerDisconnected(NO_ANSWER)
        if smtp.sock is not None:
            smtp.sock.settimeout(server.command_seconds)
    except LOST as error:
        smtp.close()
        return Delivery(
            tuple(r for r in results if r.state != "accepted"),
            uncertain=f"the mail was handed over but the server's answer was lost: {_cause(error)}",
        )
    return Delivery(tuple(_final(r, code, reply) for r in results))


def _final(result: RecipientResult, code: int, reply: bytes) -> RecipientResult:
    """The answer to DATA holds for those whose RCPT was accepted."""
    if result.state != "accepted":
        return result
    return RecipientResult(result.address, _judge(code), f"{code} {visible(reply)}", datetime.now(UTC))


def _reset(smtp: smtplib.SMTP) -> None:
    try:
        smtp.rset()
    except LOST:
        smtp.close()


def _cause(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {visible(error.smtp_error)}"
    return visible(str(error) or type(error).__name__)
