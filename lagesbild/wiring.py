"""The one place where the parts are put together. Made on first use: a command pays for what it uses."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from digest.labels import Labels
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
        from store.session import open_store

        return open_store(self.settings.store.url)

    @cached_property
    def labels(self) -> "Labels":
        """The words of the rules that the digest prints."""
        from lagesbild.labels import labels

        return labels()

    def close(self) -> None:
        """Lets go of what was opened."""
        if "store" in self.__dict__:
            self.store.close()
