"""Every source file of the portal, parsed once."""

import ast
from functools import cache
from pathlib import Path

from portal.config import ROOT

PORTAL = ROOT / "portal"
TEMPLATES = ROOT / "templates"
DOCS = ROOT / "docs"


@cache
def python_files() -> tuple[Path, ...]:
    """Every module of the portal; migrations are frozen history and are left alone."""
    versions = PORTAL / "migrations" / "versions"
    return tuple(sorted(path for path in PORTAL.rglob("*.py") if not path.is_relative_to(versions)))


@cache
def template_files() -> tuple[Path, ...]:
    """Every template of pages and papers."""
    return tuple(sorted(path for path in TEMPLATES.rglob("*") if path.is_file()))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    """`portal/app.py:12`, for a finding."""
    line = f":{getattr(node, 'lineno', 0)}" if node is not None else ""
    return f"{path.relative_to(ROOT)}{line}"


def repository_files() -> list[Path]:
    """Every text file that belongs to the repository, whether committed or about to be."""
    kept = {
        ".py",
        ".html",
        ".md",
        ".toml",
        ".csv",
        ".txt",
        ".css",
        ".js",
        ".svg",
        ".cfg",
        ".po",
        ".service",
        ".conf",
        "",
    }
    skipped = {".venv", ".git", "instance", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"}
    found = []
    for top in sorted(ROOT.iterdir()):
        if top.name in skipped or top.name.startswith("__"):
            continue
        candidates = [top] if top.is_file() else sorted(top.rglob("*"))
        found += [path for path in candidates if path.is_file() and path.suffix in kept]
    return found
