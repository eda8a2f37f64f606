"""Templates are all shown, import nothing that they do not use, and say nothing that cannot be translated."""

import re

from flask import Flask

from tests.house.sources import TEMPLATES, place, python_files, template_files

_IMPORT = re.compile(r"{%-?\s*import\s+\S+\s+as\s+(\w+)")
_FROM = re.compile(r"{%-?\s*from\s+\S+\s+import\s+([^%]+?)\s*(?:with(?:out)? context)?\s*-?%}")
_MARKED = re.compile(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}|{{.*?}}|{%.*?%}|{#.*?#}|<!--.*?-->", re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def test_every_imported_macro_is_used():
    idle = []
    for path in template_files():
        text = path.read_text(encoding="utf-8")
        imported = list(_IMPORT.findall(text))
        for names in _FROM.findall(text):
            imported += [name.split(" as ")[-1].strip() for name in names.split(",")]
        for name in imported:
            uses = len(re.findall(rf"\b{re.escape(name)}\b", text))
            if uses < 2:
                idle.append(f"{place(path)}: {name}")
    assert not idle, "\n".join(idle)


def test_every_sentence_of_a_page_can_be_translated():
    """Chinese text stands in `_()` or in a trans block; papers are Chinese by law and are left alone."""
    bare = []
    for path in template_files():
        if path.suffix != ".html" or "print" in path.parts:
            continue
        left = _HAN.findall(_MARKED.sub("", path.read_text(encoding="utf-8")))
        bare += [f"{place(path)}: {words}" for words in left]
    assert not bare, "\n".join(bare)


_OF_EVERY_AREA = frozenset({"_head", "_content", "_changes", "problems"})
"""What the templates of public/publications/ and desk/publications/ or their views ask an area's folder for."""


def test_every_template_is_shown_somewhere(app: Flask):
    """Named whole in a template or a view; or the page of the endpoint whose room, area and name it has."""
    said = "".join(path.read_text(encoding="utf-8") for path in (*template_files(), *python_files()))
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    idle = []
    for path in template_files():
        name, folder = path.relative_to(TEMPLATES).as_posix(), path.parent.relative_to(TEMPLATES).as_posix()
        is_page = f"{folder.replace('/', '_')}.{path.stem}" in endpoints
        if not (is_page or name.removeprefix("print/") in said or path.stem in _OF_EVERY_AREA):
            idle.append(name)
    assert not idle, "\n".join(idle)
