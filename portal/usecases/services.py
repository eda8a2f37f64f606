"""What use cases need besides the actor and the time; built once by the app, passed down as a parameter."""

from dataclasses import dataclass

from portal.config import Settings
from portal.queries.rulebook import Rulebook
from portal.sealing.keys import Keyring
from portal.search.engine import SearchEngine


@dataclass(frozen=True, slots=True)
class Services:
    """Settings, rules, keys and the search engine of this process."""

    settings: Settings
    rulebook: Rulebook
    keyring: Keyring
    search: SearchEngine
