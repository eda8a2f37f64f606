"""What the application of one test has compiled, for those of all tests after it in the same process.

An application lives for one test, and most of what it costs is compiling anew what depends on nothing but the source
code: its templates, its statements and the builders of its addresses.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any, ClassVar

from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class CompiledTemplates(BytecodeCache):
    """Templates by name and by the hash of their text."""

    def __init__(self) -> None:
        self._known: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key + bucket.checksum] = bucket.code


class CompiledStatements(dict[tuple[Any, ...], Any]):
    """Statements by their own cache key and by the kind of dialect: every engine has a dialect of its own, all alike."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        dialect, *statement = key
        return super().get((type(dialect), *statement), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        dialect, *statement = key
        super().__setitem__((type(dialect), *statement), compiled)


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
