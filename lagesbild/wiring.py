"""The one place where the parts are put together. Made on first use: a command pays for what it uses."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from classify.reload import ReloadingClassifier
    from classify.rules import RuleBook
    from digest.labels import Labels
    from ingest.imap import ImapSource
    from ingest.register import Register
    from ingest.reports import ReadingContext
    from ingest.worker import Worker
    from lagesbild.ledger import Frame
    from lagesbild.outbox import Gate
    from lagesbild.settings import Settings
    from store.session import Store

URGENCIES = (("akut", "Akut"), ("hog", "Hög"), ("normal", "Normal"), ("lag", "Låg"))


@dataclass
class App:
    """Settings and the parts made from them."""

    config: Path | None = None
    debug: bool = False

    @cached_property
    def settings(self) -> "Settings":
        """The settings; SettingsError names what is wrong."""
        from lagesbild.settings import load_settings

        return load_settings(self.config)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of everything people see."""
        return ZoneInfo(self.settings.service.timezone)

    @cached_property
    def store(self) -> "Store":
        """The store, its tables brought up to date."""
        from store.session import open_store

        return open_store(self.settings.store.url)

    @cached_property
    def rules(self) -> "RuleBook":
        """Rules and places, checked; needs no language pipeline."""
        from classify.rules import load_rules

        return load_rules(self.settings.rules.path, self.settings.rules.places)

    @cached_property
    def classifier(self) -> "ReloadingClassifier":
        """Rules, places and language pipeline, ready to assess; changed rules are taken up, broken ones noted."""
        from classify.pipeline import load_classifier
        from classify.reload import ReloadingClassifier

        rules = self.settings.rules
        paths = (rules.path, rules.places)
        return ReloadingClassifier(lambda: load_classifier(*paths, rules.spacy_pipeline), paths, self._note_rules)

    def _note_rules(self, mistakes: str) -> None:
        """Notes that changed rules are broken, for `status` and the warning, or that they are mended."""
        from store import health

        if "store" not in self.__dict__:  # a command that stores nothing tells it itself
            return
        with self.store.transaction() as session:
            if mistakes:
                health.note(session, health.RULES_FAILURE, {"error": mistakes})
            else:
                health.clear(session, health.RULES_FAILURE)

    @cached_property
    def reading_context(self) -> "ReadingContext":
        """What reading a mail needs to know: form layouts, words of the guard, our own addresses, known reporters."""
        from ingest.reports import ReadingContext

        box = self.settings.mailbox
        own = self.settings.smtp.address.casefold()
        return ReadingContext(
            layouts=self.rules.forms,
            words=self.rules.mail,
            authserv_id=box.authserv_id,
            register=self.register,
            colleagues=tuple(sorted({d for d in map(_domain, (box.username, box.shared_mailbox)) if d})),
            own_addresses=(own,),
            own_domain=own.rpartition("@")[2],
            timezone=self.settings.service.timezone,
        )

    @cached_property
    def read(self) -> "Worker":
        """Reads one mail at a time, in a process that can be killed."""
        from ingest.worker import Worker

        return Worker(self.reading_context)

    @cached_property
    def labels(self) -> "Labels":
        """The words of the rules that the digest prints."""
        from digest.labels import Labels, Locality

        categories = tuple((category.id, category.label) for category in self.rules.categories)
        places = self.rules.places.localities
        return Labels(
            categories,
            URGENCIES,
            tuple(Locality(p.name, p.latitude, p.longitude) for p in places),
            tuple((c.id, s.id, s.label) for c in self.rules.categories for s in c.subcategories),
        )

    @cached_property
    def frame(self) -> "Frame":
        """What the ledger of problems is seen through."""
        from lagesbild.ledger import Frame
        from problems.types import Area, Criteria

        areas = tuple(
            Area(a.name, a.locality, a.sites, a.latitude, a.longitude, a.radius) for a in self.rules.places.areas
        )
        return Frame(self.zone, areas, Criteria(**self.settings.problems.model_dump()))

    @cached_property
    def source(self) -> "ImapSource":
        """The mailbox of the settings; connects at first use.

        Raises:
            SettingsError: no mailbox is configured.
        """
        from ingest.imap import ImapSource
        from ingest.mailbox import ImapAccount
        from lagesbild.settings import SettingsError

        box = self.settings.mailbox
        if not box.host or not box.username:
            msg = "No mailbox is set up: give [mailbox] host and username in lagesbild.toml."
            raise SettingsError(msg)
        shared = {name: getattr(box, name) for name in ("host", "username", "port", "security", "auth", "folder")}
        names = ("shared_mailbox", "processed_folder", "max_bytes", "ca_file", "since")
        kept = {name: getattr(box, name) for name in names}
        return ImapSource(ImapAccount(credential=box.secret, **shared, **kept))

    @cached_property
    def register(self) -> "Register":
        """Known reporters; IngestError names what is wrong with the file."""
        from ingest.register import Register, load_register

        path = self.settings.mailbox.reporters
        return load_register(path) if path else Register()

    @cached_property
    def gate(self) -> "Gate":
        """What every outgoing mail must pass."""
        from lagesbild.outbox import Gate

        return Gate.of(self.settings)

    def close(self) -> None:
        """Lets go of what was opened."""
        for opened in ("source", "read", "store"):
            if opened in self.__dict__:
                getattr(self, opened).close()


def _domain(username: str) -> str:
    """The domain of a login that is an address, else an empty string."""
    return username.rpartition("@")[2].casefold() if "@" in username else ""
