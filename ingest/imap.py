r"""A mailbox over IMAP4rev1 (RFC 3501, RFC 9051): the only user of imapclient.

Reading never changes anything on the server: EXAMINE and BODY.PEEK[] (\Seen stays as it was), and a mail is moved
only by `acknowledge`, which is called when it is safely stored.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from socket import SHUT_RDWR, SO_KEEPALIVE, SOL_SOCKET, socket
from threading import Timer
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from ingest.faults import crash_point
from ingest.mailbox import (
    ANCHORS,
    LIST_WINDOW,
    SIZE_WINDOW,
    ImapAccount,
    Listed,
    Selected,
    aware,
    batches,
    changed,
    chunks,
    criteria,
    login_sentence,
    octets,
    tls_context,
)
from ingest.message import IngestError, RawMessage
from ingest.source import Books, NoIdleError, RefusedError, TakenMail, UnavailableError

# A server that has not answered within these is treated as gone; imapclient itself would wait for ever.
CONNECT_SECONDS = 20.0
READ_SECONDS = 60.0
# A server may trickle one byte a second and never hit READ_SECONDS: no step, not even a whole batch, lasts longer.
STEP_SECONDS = 300.0
# Of a mail over max_bytes only this much of its header is taken.
HEADER_OCTETS = 262_144
# RFC 2177 asks for a renewal before 29 minutes; a shorter one also notices a connection that died without a word.
IDLE_SECONDS = 5 * 60.0
# How often a wait looks up to see whether it should stop.
IDLE_SLICE_SECONDS = 1.0
# What imaplib and imapclient raise on broken or hostile answers, besides their own errors.
BROKEN_ANSWER = (IMAPClientError, ValueError, IndexError, TypeError, KeyError, OverflowError)
# RFC 5530: the account is fine, the server is not; another attempt may succeed.
TEMPORARY = ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "[SERVERBUG]")


class ImapSource:
    """One mailbox as a `Source`. Connects at first use and again after every failure."""

    def __init__(self, account: ImapAccount) -> None:
        self._settings = account
        self._client: IMAPClient | None = None
        self._selected: Selected | None = None
        self._refused: dict[int, str] = {}

    @property
    def account(self) -> str:
        """`owner@host`: the name that the books keep."""
        return f"{self._settings.owner}@{self._settings.host}"

    @property
    def mailbox(self) -> str:
        """The IMAP name of the folder that is read."""
        return self._settings.folder

    def new_messages(self, books: Books) -> Iterator[RawMessage]:
        """Yields what is not on the books, in UID order, in batches of bounded size.

        Raises:
            RefusedError: wrong login, certificate or folder: an alarm, trying again at once does not help.
            UnavailableError: the server is away or broke off; another attempt may succeed.
            IngestError: the server would not hand over single mails; all others were yielded.
        """
        with self._step("listing the mails"):
            selected = self._select()
            crash_point("after-select")
            uids = self._to_fetch(selected, books(self.mailbox, selected.uidvalidity))
            crash_point("after-search")
        self._refused = {}
        for window in chunks(uids, SIZE_WINDOW):
            with self._step("asking for sizes"):
                listed = self._sizes(window)
            for batch in batches(listed, self._settings.max_bytes):
                with self._step("fetching mails"):
                    crash_point("before-fetch")
                    messages = self._download(batch, selected.uidvalidity)
                    crash_point("after-fetch")
                yield from messages
        self._tell_refused()

    def acknowledge(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
        """Moves stored mails to `processed_folder`, where one is set."""
        if not self._settings.processed_folder or not uids or mailbox != self.mailbox:
            return
        with self._step("moving mails"):
            selected = self._selected if self._client and self._selected else self._select()
            if selected.uidvalidity == uidvalidity:
                crash_point("before-move")
                self._move(uids)
                crash_point("after-move")

    def wait_for_new(self, timeout: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Waits in IDLE (RFC 2177) until mail arrives.

        Args:
            timeout: seconds at most.
            stop: asked about once a second; the wait ends when it says so.

        Returns:
            Whether there may be new mail, as always on a new connection.

        Raises:
            NoIdleError: the server does not offer IDLE.
            IngestError: as `new_messages`; a connection that dies in IDLE is noticed.
        """
        until = time.monotonic() + timeout
        while (left := until - time.monotonic()) > 0 and not stop():
            with self._step("waiting for mail", longer=left):
                before, now = self._selected, self._select()
                if before is None or (before.uidvalidity, before.uidnext) != (now.uidvalidity, now.uidnext):
                    return True
                if self._idle(min(left, IDLE_SECONDS), stop):
                    return True
        return False

    def check(self) -> int:
        """Logs in, opens the folder, and gives how many mails lie there; raises as `new_messages`."""
        with self._step("opening the folder"):
            return self._select().exists

    def close(self) -> None:
        """Logs out; safe to call twice."""
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            with suppress(*BROKEN_ANSWER, OSError):
                client.logout()

    # Connection

    @contextmanager
    def _step(self, doing: str, longer: float = 0.0) -> Iterator[None]:
        """Bounds one step in time, and gives every way in which it can fail a name and a remedy."""
        where, done = f"{self._settings.host}:{self._settings.port}", False
        watchdog = Timer(STEP_SECONDS + longer, self._cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
            done = True
        except ssl.SSLCertVerificationError as error:
            cause = f"The certificate of {where} is not valid: {error.verify_message}."
            msg = f"{cause} Nothing was sent. Check [mailbox] host and ca_file."
            raise RefusedError(msg) from error
        except (*BROKEN_ANSWER, OSError) as error:
            cause = str(error) or type(error).__name__
            remedy = "Check [mailbox] host, port and security, and the network."
            msg = f"The mail server {where} failed while {doing}: {cause}. {remedy}"
            raise UnavailableError(msg) from error
        finally:
            watchdog.cancel()
            if not done:  # whatever went wrong, nobody goes on with half a session
                self._drop()

    def _cut(self) -> None:
        """Ends a step that lasts too long: whoever reads from the connection gets an error."""
        if self._client is not None:
            with suppress(OSError):
                socket.shutdown(self._client.socket(), SHUT_RDWR)

    def _drop(self) -> None:
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            with suppress(*BROKEN_ANSWER, OSError):
                client.shutdown()

    def _live(self) -> IMAPClient:
        if self._client is None:
            msg = f"The connection to {self._settings.host} was lost. It is made anew at the next attempt."
            raise UnavailableError(msg)
        return self._client

    def _connect(self) -> IMAPClient:
        settings = self._settings
        context = tls_context(settings)
        client = IMAPClient(
            settings.host,
            settings.port,
            ssl=settings.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
        self._client = client
        client.normalise_times = False
        client.socket().setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
        if settings.security == "starttls":
            _start_tls(client, settings.host, context)
        self._log_in(client)
        return client

    def _log_in(self, client: IMAPClient) -> None:
        secret = self._settings.credential()
        try:
            _authenticate(client, self._settings, secret)
        except LoginError as error:
            # imapclient calls a broken connection a failed login as well.
            if isinstance(error.__context__, IMAPClientAbortError) or any(code in str(error) for code in TEMPORARY):
                raise IMAPClientAbortError(str(error)) from error
            raise RefusedError(login_sentence(self._settings, error)) from error

    def _select(self) -> Selected:
        used, client = self._client is not None, self._client or self._connect()
        try:
            answer = client.select_folder(self._settings.folder, readonly=not self._settings.processed_folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            if used:  # a mailbox made anew under an open session: a new one sees it
                raise
            msg = f"The mailbox {self._settings.folder} cannot be opened: {error}. Check [mailbox] folder."
            raise RefusedError(msg) from error
        numbers = (int(answer.get(key, 0)) for key in (b"UIDVALIDITY", b"EXISTS", b"UIDNEXT"))
        self._selected = Selected(*numbers)
        return self._selected

    # Reading

    def _to_fetch(self, selected: Selected, books: Mapping[int, TakenMail]) -> list[int]:
        """UIDs that are not on the books, and those under which there is another mail now."""
        uids = self._list(selected, books)
        known = [uid for uid in uids if uid in books]
        # Without UIDVALIDITY a UID proves nothing; with it, a few looks show whether the server keeps its word.
        reused = self._reused(known[-ANCHORS:] if selected.uidvalidity else known, books)
        if reused and selected.uidvalidity:
            reused = self._reused(known, books)
        return [uid for uid in uids if uid not in books or uid in reused]

    def _list(self, selected: Selected, books: Mapping[int, TakenMail]) -> list[int]:
        """All UIDs, in windows of sequence numbers from the end: an EXPUNGE meanwhile hides none."""
        found: set[int] = set()
        for last in range(selected.exists, 0, -LIST_WINDOW):
            window = f"{max(1, last - LIST_WINDOW + 1)}:{last}"
            found.update(self._live().search(criteria(window, self._settings.since, books)))
        return sorted(found)

    def _reused(self, uids: Sequence[int], books: Mapping[int, TakenMail]) -> set[int]:
        return {uid for window in chunks(uids, SIZE_WINDOW) for uid in changed(self._sizes(window), books)}

    def _sizes(self, uids: Sequence[int]) -> list[Listed]:
        """Size and date of mails before anything is downloaded; those expunged meanwhile are left out."""
        client = self._live()
        try:
            answer = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        except IMAPClientAbortError:
            raise
        except BROKEN_ANSWER:  # a date that cannot exist spoils the whole answer
            answer = client.fetch(uids, ["RFC822.SIZE"])
        return [
            Listed(uid, int(answer[uid].get(b"RFC822.SIZE", 0)), aware(answer[uid].get(b"INTERNALDATE")))
            for uid in uids
            if uid in answer
        ]

    def _download(self, batch: Sequence[Listed], uidvalidity: int) -> list[RawMessage]:
        """A batch of mails; large ones come alone, and of them only the header."""
        limit = self._settings.max_bytes
        bodies = self._bodies([mail.uid for mail in batch if mail.size <= limit])
        messages = []
        for mail in batch:
            large = mail.size > limit
            rfc822 = self._header(mail.uid) if large else self._complete(mail, bodies.get(mail.uid))
            size, date = mail.size or len(rfc822), mail.internal_date or datetime.now(UTC)
            messages.append(
                RawMessage(self.account, self.mailbox, uidvalidity, mail.uid, date, rfc822, size, headers_only=large)
            )
        return [message for message in messages if message.rfc822]

    def _bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Bodies by UID. A mail over which the server or imapclient stumbles is taken out; the rest come through."""
        try:
            answer = self._live().fetch(uids, ["BODY.PEEK[]"])
        except IMAPClientAbortError:
            raise
        except BROKEN_ANSWER as error:
            if len(uids) == 1:
                self._refused[uids[0]] = str(error) or type(error).__name__
                return {}
            return {uid: body for single in uids for uid, body in self._bodies([single]).items()}
        return {uid: octets(answer[uid].get(b"BODY[]")) for uid in uids if uid in answer}

    def _complete(self, mail: Listed, body: bytes | None) -> bytes:
        """The body if it is whole. Exchange estimates RFC822.SIZE, so two equal downloads outweigh its word."""
        if body is None or len(body) == mail.size:
            return body or b""
        again = self._bodies([mail.uid]).get(mail.uid)
        if body and again == body:
            return body
        if again is not None:
            self._refused[mail.uid] = f"{len(body)} of {mail.size} octets came"
        return b""

    def _header(self, uid: int) -> bytes:
        answer = self._live().fetch([uid], [f"BODY.PEEK[HEADER]<0.{HEADER_OCTETS}>"]).get(uid, {})
        return next((octets(value) for key, value in answer.items() if key.startswith(b"BODY[HEADER]")), b"")

    def _tell_refused(self) -> None:
        if self._refused:
            uid, cause = next(iter(self._refused.items()))
            msg = (
                f"The server did not hand over {len(self._refused)} mails of {self.mailbox}, "
                f"the first with UID {uid}: {cause}. "
                "All others were taken. Open the mail in a mail program, or move it away."
            )
            raise IngestError(msg)

    # Moving

    def _move(self, uids: Sequence[int]) -> None:
        r"""MOVE (RFC 6851); else COPY, then \Deleted and UID EXPUNGE (RFC 4315) of just these."""
        client, folder = self._live(), self._processed_folder()
        if client.has_capability("MOVE"):
            client.move(uids, folder)
            return
        client.copy(uids, folder)
        client.add_flags(uids, [b"\\Deleted"], silent=True)
        # A plain EXPUNGE would also remove what people have marked as deleted: without UIDPLUS that is left to them.
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(uids)

    def _processed_folder(self) -> str:
        """The folder's full name; it is made where it is missing."""
        client, name = self._live(), self._settings.processed_folder
        prefix = _personal_prefix(client)
        full = name if name.startswith(prefix) else prefix + name
        if not client.folder_exists(full):
            client.create_folder(full)
            client.subscribe_folder(full)
        return full

    # Waiting

    def _idle(self, seconds: float, stop: Callable[[], bool]) -> bool:
        client = self._live()
        if not client.has_capability("IDLE"):
            msg = f"{self._settings.host} does not offer IDLE; new mail is asked for now and then instead."
            raise NoIdleError(msg)
        client.idle()
        until = time.monotonic() + seconds
        answers: list[Any] = []
        while not answers and not stop() and (left := until - time.monotonic()) > 0:
            asked, patience = time.monotonic(), min(left, IDLE_SLICE_SECONDS)
            answers = client.idle_check(timeout=patience)
            if not answers and time.monotonic() - asked < patience / 2:
                break  # a closed connection answers nothing, at once and for ever; idle_done tells
        answers += client.idle_done()[1]
        return any(len(answer) > 1 and answer[1] == b"EXISTS" for answer in answers)


def _start_tls(client: IMAPClient, host: str, context: ssl.SSLContext | None) -> None:
    if not client.has_capability("STARTTLS"):
        remedy = 'Use security = "tls" with port 993, or ask its operator.'
        msg = f"{host} does not offer STARTTLS. Nothing was sent. {remedy}"
        raise RefusedError(msg)
    client.starttls(context)


def _authenticate(client: IMAPClient, account: ImapAccount, secret: str) -> None:
    """AUTHENTICATE where it can be had: unlike LOGIN it carries å, ä and ö, and another owner's name (RFC 4616)."""
    if account.auth == "oauth2" and client.has_capability("AUTH=OAUTHBEARER"):
        client.oauthbearer_login(account.owner, secret)
    elif account.auth == "oauth2":
        client.oauth2_login(account.owner, secret)
    elif client.has_capability("AUTH=PLAIN"):
        client.plain_login(account.username, secret, account.shared_mailbox)
    else:
        client.login(account.username, secret)


def _personal_prefix(client: IMAPClient) -> str:
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""
