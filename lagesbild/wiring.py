"""The one place where the parts are put together. Made on first use: a command pays for what it uses."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from digest.labels import Labels
    from ingest.imap import ImapSource
    from lagesbild.ledger import Frame
    from lagesbild.outbox import Gate
    from lagesbild.settings import Settings
    from store.session import Store


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
        from lagesbild.log import configure
        from store.session import open_store

        configure()  # whatever logs works on the store; standard output belongs to what a command prints
        return open_store(self.settings.store.url)

    @cached_property
    def labels(self) -> "Labels":
        """The words of the rules that the digest prints."""
        from lagesbild.labels import labels

        return labels()

    @cached_property
    def frame(self) -> "Frame":
        """What the ledger of problems is seen through."""
        from lagesbild.ledger import Frame
        from problems.types import Criteria

        return Frame(self.zone, criteria=Criteria(**self.settings.problems.model_dump()))

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
        kept = {name: getattr(box, name) for name in ("processed_folder", "max_bytes", "ca_file")}
        return ImapSource(ImapAccount(credential=box.secret, **shared, **kept))

    @cached_property
    def gate(self) -> "Gate":
        """What every outgoing mail must pass."""
        from lagesbild.outbox import Gate

        return Gate.of(self.settings)

    def close(self) -> None:
        """Lets go of what was opened."""
        for opened in ("source", "store"):
            if opened in self.__dict__:
                getattr(self, opened).close()
