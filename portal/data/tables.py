"""Reads the shipped tables, or the bureau's own table of the same name in the instance's rules folder."""

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).resolve().parent


def _found(name: str, own: Path | None) -> Path:
    changed = own / name if own else None
    return changed if changed and changed.is_file() else SHIPPED / name


def read_toml(name: str, own: Path | None = None) -> dict[str, Any]:
    """One TOML table as a dictionary."""
    with _found(name, own).open("rb") as file:
        return tomllib.load(file)


def read_own_json(name: str, own: Path) -> dict[str, Any] | None:
    """A JSON file that only the operator can have; nothing where there is none. ValueError when it is no object."""
    path = own / name
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(found, dict):
        raise ValueError(f"{name} must be a JSON object")  # noqa: TRY004 - the operator's file is wrong, not a call
    return found


def read_csv(name: str, own: Path | None = None) -> list[dict[str, str]]:
    """The rows of one CSV table, by column name."""
    with _found(name, own).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_lines(name: str, own: Path | None = None) -> list[str]:
    """The lines of a word list without blanks and `#` comments."""
    lines = _found(name, own).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def shipped_documents(own: Path | None = None) -> tuple[str, ...]:
    """The texts of the documents that come with the portal, in the order of their file names."""
    names = sorted(path.name for path in (SHIPPED / "documents").glob("*.md"))
    return tuple(_found(f"documents/{name}", own).read_text(encoding="utf-8") for name in names)
