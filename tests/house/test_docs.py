"""Docs are tested like code: they name every setting and every command, and their links lead somewhere."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from portal.config import ROOT
from tests.house.sources import DOCS, place

SETTING = re.compile(r'get\("([A-Z_]+)"')
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")

PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "README.zh-CN.md"])
RECORDS = sorted((DOCS / "adr").glob("[0-9]*.md"))
LIBRARIES = {"db", "routes", "run", "shell"}
"""Groups and commands that Flask and its extensions bring along; their own docs describe them."""


def _commands(command: click.Command, name: str = ""):
    if isinstance(command, click.Group):
        for key, inner in command.commands.items():
            yield from _commands(inner, f"{name} {key}".strip())
    else:
        yield name


def test_operations_names_every_setting():
    source = (ROOT / "portal" / "config.py").read_text(encoding="utf-8")
    operations = (DOCS / "operations.md").read_text(encoding="utf-8")
    missing = [name for name in sorted(set(SETTING.findall(source))) if f"`{name}`" not in operations]
    assert not missing


def test_operations_names_every_command(app: Flask):
    operations = (DOCS / "operations.md").read_text(encoding="utf-8")
    own = {name for name in _commands(app.cli) if name.split()[0] not in LIBRARIES}
    missing = [name for name in sorted(own) if f"`{name}" not in operations]
    assert not missing


def test_operations_names_every_make_target():
    targets = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    operations = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert targets
    assert not [target for target in targets if f"`make {target}" not in operations]


def test_architecture_names_every_room():
    architecture = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = sorted(
        path.name for path in (ROOT / "portal").iterdir() if path.is_dir() and not path.name.startswith("__")
    )
    assert not [room for room in rooms if f"`{room}/`" not in architecture]


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_link_of_a_page_leads_somewhere(page: Path):
    dead = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / target).exists()]
    assert not dead


@pytest.mark.parametrize("record", RECORDS, ids=place)
def test_a_decision_record_is_short_and_complete(record: Path):
    text = record.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert text.startswith(f"# {record.stem[:4]} ")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Status", "Context", "Decision", "Consequences"]


def test_every_module_and_test_that_duties_cites_exists():
    cited = re.findall(r"`((?:portal|tests|templates)/[\w./-]+)`", (DOCS / "duties.md").read_text(encoding="utf-8"))
    assert cited
    assert not [path for path in cited if not (ROOT / path).exists()]
