import importlib
import pkgutil
from enum import StrEnum

import pytest

from portal import domain
from portal.web.labels import LABELS

NEVER_SHOWN = {
    "CellKind": "what a file held; its faults are told in sentences",
    "EntryKind": "what the reader takes a row for",
    "Face": "which page the public gets; the page says it in its own words",
    "FindingKind": "what the scanner found; each has a sentence of its own",
    "Fulfilment": "the duty's name tells by what it is fulfilled",
    "IdentityFault": "each has a sentence of its own",
    "Measure": "what a column of a table of sums counts; faults are told in sentences",
    "Rhythm": "how often a duty is fulfilled; each has a sentence of its own",
    "Shown": "how a statistic is suppressed; the cell says <10",
    "VillageFault": "each has a sentence of its own",
}


def _enums() -> list[type[StrEnum]]:
    found = set()
    for module in pkgutil.iter_modules(domain.__path__):
        names = vars(importlib.import_module(f"portal.domain.{module.name}")).values()
        found |= {
            name for name in names if isinstance(name, type) and issubclass(name, StrEnum) and name is not StrEnum
        }
    return sorted((enum for enum in found if enum.__name__ not in NEVER_SHOWN), key=lambda enum: enum.__name__)


@pytest.mark.parametrize("enum", _enums(), ids=lambda enum: enum.__name__)
def test_every_member_has_a_label(enum: type[StrEnum]):
    assert [member for member in enum if member not in LABELS.get(enum, {})] == []
