"""The log: structured lines on stderr that never carry what a person is known by.

An exception's own words may quote a cell of a sheet or a typed value. So the log keeps its class and the places it
passed through, never its text; and any run of digits that could be an identity number, a bank card or a mobile phone
is struck out wherever it stands.
"""

import logging
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

import structlog

_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{15,19}[Xx]?|\d{17}[Xx])(?!\d)")
_STRUCK_OUT = "[struck out]"
_HERE = Path(__file__).resolve().parent.parent

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class _PresentStderr(logging.Handler):
    """Writes to whatever stderr is at the moment, like logging's own last resort."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - logging must never stop what it watches
            self.handleError(record)


_HANDLER = _PresentStderr()


def configure(level: str) -> None:
    """Send the log of this process, and that of every library, to stderr at `level` or graver."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_exceptions,
        strike_out,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    _HANDLER.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
        )
    )
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.addHandler(_HANDLER)
    logging.getLogger("alembic").setLevel(max(logging.WARNING, root.level))  # it tells every start what it is made of
    logging.raiseExceptions = False  # a line that cannot be written would be printed with all its arguments
    sys.excepthook = _log_uncaught


def name_exceptions(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace an exception by its class and the places it passed through."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    elif isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if isinstance(exc_info, tuple) and exc_info[1] is not None:
        event["exception"] = _chain(exc_info[1])
    return event


def strike_out(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Strike digits that could identify a person out of every value."""
    return {key: _struck(value) for key, value in event.items()}


def _renderer() -> structlog.typing.Processor:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=lambda value: type(value).__name__)


def _chain(error: BaseException | None) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = []
    while error is not None and len(links) < 5:  # noqa: PLR2004 - a longer chain explains nothing more
        links.append({"class": type(error).__qualname__, "passed": _places(error.__traceback__)})
        error = error.__cause__ or error.__context__
    return links


def _places(traceback: TracebackType | None) -> list[str]:
    """File, line and function of every frame; source lines and variables are not read."""
    return [f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}" for frame, line in walk_tb(traceback)]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_HERE)) if path.is_relative_to(_HERE) else path.name


def _struck(value: Any) -> Any:
    if isinstance(value, str):
        return _PERSONAL.sub(_STRUCK_OUT, value)
    if isinstance(value, Mapping):
        return {key: _struck(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(item) for item in value]
    return value


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    structlog.get_logger("portal").critical("ended by an error", exc_info=(kind, error, traceback))
