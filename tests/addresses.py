"""Rules of addresses whose builders are compiled once in a process, not once for every application that lives for one test.

Werkzeug writes and compiles two functions for each rule, which is nearly all that an application costs.
"""

from collections.abc import Callable
from typing import ClassVar

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class SharedRule(Rule):
    """A rule that takes its builders over from an equal rule of an earlier application.

    A builder holds the fixed parts of its rule and the names of the others; the rule with its converters and its map
    is handed to it at every call. Only defaults are worked into it by the converters: such a rule has its own.
    """

    _known: ClassVar[dict[tuple[object, ...], Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        parts = (self.rule, *self._trace, append_unknown)
        if parts not in self._known:
            self._known[parts] = super()._compile_builder(append_unknown)
        return self._known[parts]
