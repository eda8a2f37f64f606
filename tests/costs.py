"""What it costs to try a password or a query code: much for the portal, little for tests of something else.

The tests of `tests/sealing` pay in full, and so do those of `tests/walks`, whose other processes do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.sealing import passwords, query_codes

_MODULES = (passwords, query_codes)
_FULL = [(module, module._TIME, module._MEMORY_KIB) for module in _MODULES]


def make_cheap() -> None:
    """Derive keys as cheaply as argon2 allows; hashes of passwords keep their cost, which stands in them."""
    for module in _MODULES:
        module._TIME, module._MEMORY_KIB = 1, 8


@contextmanager
def full_costs() -> Iterator[None]:
    """Derive keys at the portal's own cost."""
    for module, time, memory in _FULL:
        module._TIME, module._MEMORY_KIB = time, memory
    yield
    make_cheap()
