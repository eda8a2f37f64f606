"""Addresses and views: declared access, kebab-case typed addresses, templates of the view's own name."""

import ast
import re

from flask import Flask
from werkzeug.routing import Rule

from portal.domain.permissions import Permission
from portal.web.access import PUBLIC, SIGNED_IN, SIGNING_IN
from tests.house.sources import PORTAL, TEMPLATES, place, python_files, tree

_STATIC_PART = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)?$|^\.well-known$|^$")
_VARIABLE = re.compile(r"<(?:(?P<type>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


def test_every_route_declares_who_may_use_it(app: Flask):
    allowed = {PUBLIC, SIGNED_IN, SIGNING_IN, *Permission}
    undeclared = [
        f"{rule.rule} → {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and getattr(app.view_functions[rule.endpoint], "access", None) not in allowed
    ]
    assert not undeclared, "\n".join(undeclared)


def test_only_desk_addresses_ask_for_a_member_of_staff(app: Flask):
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if (getattr(app.view_functions[rule.endpoint], "access", PUBLIC) != PUBLIC)
        and not rule.rule.startswith("/desk")
    ]
    assert not wrong


def test_addresses_are_kebab_case_and_typed(app: Flask):
    wrong = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            continue
        wrong += [
            f"{rule.rule}: <{found['name']}> has no type"
            for found in _VARIABLE.finditer(rule.rule)
            if not found["type"]
        ]
        parts = _VARIABLE.sub("0", rule.rule).split("/")
        wrong += [f"{rule.rule}: {part}" for part in parts if not _STATIC_PART.match(part)]
    assert not wrong, "\n".join(wrong)


def _blueprint_name(path) -> str | None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Blueprint" and node.args:
            return node.args[0].value
    return None


def test_a_view_renders_templates_of_its_own_name():
    strangers = []
    for path in python_files():
        if not path.is_relative_to(PORTAL / "web"):
            continue
        name = _blueprint_name(path)
        if name is None:
            continue
        folder = name.replace("_", "/", 1) if name.startswith(("public_", "desk_")) else name
        own = {f"{folder}/", f"{folder}."}
        for node in ast.walk(tree(path)):
            is_render = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template"
            if is_render and node.args and isinstance(node.args[0], ast.Constant):
                template = str(node.args[0].value)
                if not template.startswith((*own, "components/", "errors/")):
                    strangers.append(f"{place(path, node)}: {template}, not {folder}/…")
                if not (TEMPLATES / template).is_file():
                    strangers.append(f"{place(path, node)}: {template} does not exist")
    assert not strangers, "\n".join(strangers)


def test_builders_that_tests_share_are_those_which_each_rule_would_have_compiled(app: Flask):
    for rule in app.url_map.iter_rules():
        built = (rule._build.__func__.__code__, rule._build_unknown.__func__.__code__)
        assert built == tuple(Rule._compile_builder(rule, unknown).__code__ for unknown in (False, True)), rule.rule
