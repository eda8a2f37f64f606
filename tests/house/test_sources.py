"""Habits that no linter knows: one clock, imports at the top, no drawer modules, our own words, no outside places."""

import ast
import re

from portal.config import ROOT
from portal.data.tables import SHIPPED, read_csv, read_lines, read_toml
from portal.models import schema
from tests.house.sources import PORTAL, place, python_files, repository_files, template_files, tree

CLOCK = PORTAL / "usecases" / "clock.py"
TIMERS = {"monotonic", "perf_counter", "process_time", "sleep", "thread_time"}
"""Functions of `time` that measure or wait; none of them says what time it is."""

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base_utils", "shared"}

FORBIDDEN_WORDS = {
    "dibao": "subsistence_allowance",
    "minimum_living": "subsistence_allowance",
    "near_poor": "marginal_household",
    "five_guarantees": "extreme_poverty_support",
    "tekun": "extreme_poverty_support",
    "emergency_aid": "temporary_assistance",
    "beneficiary": "recipient",
    "publicity": "notice",
    "publicity_period": "objection_period",
    "unpublish": "withdraw",
    "passbook": "subsidy_account",
    "mismatch": "discrepancy",
    "anonymise": "masking or redaction",
    "xinfang": "petition",
    "whistleblower": "submitter",
    "business_day": "working_day",
    "recheck": "reexamination",
}
"""Words of the glossary's last column that have no other use in code, and the word to use."""


def _names(node: ast.AST):
    """Names that we give; names that a library has given are not ours to choose."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield name


def _words(name: str) -> str:
    """A name in snake case, closed by underscores, so that whole words can be looked for."""
    return "_" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_") + "_"


def test_only_the_clock_asks_what_time_it_is():
    asked = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Attribute) or path == CLOCK:
                continue
            owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            is_date = owner in {"datetime", "date"} and node.attr in {"now", "utcnow", "today", "fromtimestamp"}
            is_time = owner == "time" and node.attr in {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"}
            is_sql = owner == "func" and node.attr in {"now", "current_timestamp", "current_date", "localtimestamp"}
            if is_date or is_time or is_sql:
                asked.append(f"{place(path, node)}: {owner}.{node.attr}")
        if re.search(r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\bNOW\(\)", path.read_text(encoding="utf-8")):
            asked.append(f"{place(path)}: CURRENT_TIMESTAMP")
    assert not asked, "\n".join(asked)


def test_nothing_of_time_is_imported_that_says_what_time_it_is():
    taken = [
        f"{place(path, node)}: {alias.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name not in TIMERS
    ]
    assert not taken, "\n".join(taken)


def test_every_import_stands_at_the_top_of_its_module():
    deferred = [
        place(path, inner)
        for path in python_files()
        for outer in ast.walk(tree(path))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not deferred, "\n".join(deferred)


def test_modules_are_named_after_nouns_of_the_trade():
    drawers = [place(path) for path in python_files() if path.stem in DRAWERS or path.parent.name in DRAWERS]
    assert not drawers


def test_package_inits_are_empty():
    filled = [place(path) for path in python_files() if path.name == "__init__.py" and path.read_text().strip()]
    assert not filled


def test_no_identifier_uses_a_word_that_the_glossary_rules_out():
    used = [
        f"{place(path, node)} {name}: say {instead}"
        for path in python_files()
        for node in ast.walk(tree(path))
        for name in _names(node)
        for word, instead in FORBIDDEN_WORDS.items()
        if f"_{word}_" in _words(name)
    ]
    assert not used, "\n".join(used)


def test_nothing_is_left_to_do():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    left = [
        f"{place(path)}: {found.group(0)}"
        for path in [*python_files(), *template_files()]
        if (found := marks.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert not left, "\n".join(left)


def test_the_repository_stands_alone():
    elsewhere = re.compile(
        r"\.\./sha" + r"red|/wo" + r"rk/|pypi\.o" + r"rg|npmjs\.|deb\.deb" + r"ian\.org|pythonh" + r"osted"
    )
    named = [
        f"{place(path)}: {found.group(0)}"
        for path in repository_files()
        if (found := elsewhere.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert not named, "\n".join(named)


def test_every_module_with_tables_is_known_to_the_schema():
    known = {module.__name__.rpartition(".")[2] for module in schema.MODULES}
    with_tables = {
        path.stem for path in (PORTAL / "models").glob("*.py") if "__tablename__" in path.read_text(encoding="utf-8")
    }
    assert with_tables <= known, with_tables - known


def test_every_shipped_table_can_be_read():
    readers = {".csv": read_csv, ".toml": read_toml, ".txt": read_lines}
    for path in sorted(SHIPPED.rglob("*")):
        if path.suffix in readers:
            assert readers[path.suffix](str(path.relative_to(SHIPPED))), place(path)


def test_scripts_are_executable():
    scripts = [*(ROOT / "deploy").iterdir(), ROOT / ".ci" / "run"]
    shell = [path for path in scripts if path.is_file() and path.read_bytes().startswith(b"#!")]
    assert shell
    assert not [place(path) for path in shell if not path.stat().st_mode & 0o111]
