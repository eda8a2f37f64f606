"""Beauty is decided by the longest: house.md's limits for functions, modules, views, templates and macros."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import PORTAL, place, python_files, template_files, tree

FUNCTION, MODULE, VIEW, TEMPLATE, MACRO = 50, 400, 20, 100, 30
SHORT, SHORT_SHARE = 20, 0.9

_MACRO = re.compile(r"{%-?\s*macro\s+(\w+).*?{%-?\s*endmacro", re.DOTALL)


def _functions(path: Path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring and the decorators."""
    lines = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= first.end_lineno - first.lineno + 1
    return lines


def _is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = [
        call.func.attr for call in node.decorator_list if isinstance(call, ast.Call) and hasattr(call.func, "attr")
    ]
    return bool({"get", "post", "route"} & set(names))


def test_no_function_is_longer_than_fifty_lines():
    long = [
        f"{place(path, node)} {node.name}: {_body_lines(node)}"
        for path in python_files()
        for node in _functions(path)
        if _body_lines(node) > FUNCTION
    ]
    assert not long, "\n".join(long)


def test_nine_functions_of_ten_have_twenty_lines_at_most():
    lengths = [_body_lines(node) for path in python_files() for node in _functions(path)]
    short = sum(length <= SHORT for length in lengths)
    assert short >= SHORT_SHARE * len(lengths), f"{short} of {len(lengths)}"


def test_no_view_is_longer_than_twenty_lines():
    long = [
        f"{place(path, node)} {node.name}: {_body_lines(node)}"
        for path in python_files()
        if path.is_relative_to(PORTAL / "web")
        for node in _functions(path)
        if _is_view(node) and _body_lines(node) > VIEW
    ]
    assert not long, "\n".join(long)


@pytest.mark.parametrize(("files", "limit"), [(python_files, MODULE), (template_files, TEMPLATE)])
def test_no_module_and_no_template_is_too_long(files, limit):
    long = [
        f"{place(path)}: {lines}"
        for path in files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    ]
    assert not long, "\n".join(long)


def test_no_macro_is_longer_than_thirty_lines():
    long = [
        f"{place(path)} {macro.group(1)}: {lines}"
        for path in template_files()
        for macro in _MACRO.finditer(path.read_text(encoding="utf-8"))
        if (lines := macro.group(0).count("\n") + 1) > MACRO
    ]
    assert not long, "\n".join(long)
