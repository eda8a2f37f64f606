"""What every page must hold, whoever fetches it: asked of each HTML answer in any test."""

import re
from collections.abc import Mapping
from hashlib import sha256

import html5lib

_INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
_INLINE_STYLE = re.compile(r"<style\b|<[a-z][^>]*\sstyle=", re.IGNORECASE)
_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE)
_TOKEN = re.compile(r'\bvalue="[\w.-]{16,}"', re.ASCII)
"""The value of a hidden field that is another on every page; a parser takes one like the other."""

_good: set[bytes] = set()


def page_faults(body: str, headers: Mapping[str, str]) -> list[str]:
    """Every fault of a page in words; none for a good page."""
    return [*_new_faults(body), *_policy_faults(body, headers)]


def _new_faults(body: str) -> list[str]:
    """The faults of a page's HTML, which costs more to read than to write: the same page is read once in a process."""
    page = sha256(_TOKEN.sub('value=""', body).encode()).digest()
    faults = [] if page in _good else _html_faults(body)
    if not faults:
        _good.add(page)
    return faults


def _html_faults(body: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(body)
    faults = [
        f"invalid HTML at line {line}, column {column}: {code} {_harmless(details)}"
        for (line, column), code, details in parser.errors
    ]
    if not (document.findtext(".//title") or "").strip():
        faults.append("no title")
    if not document.get("lang"):
        faults.append("no language")
    if not body.lstrip().lower().startswith("<!doctype html>"):
        faults.append("no doctype")
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    faults += [f"the id {twice} stands twice" for twice in sorted({one for one in ids if ids.count(one) > 1})]
    unseen = {element.get("id") for element in document.iter("input") if element.get("type") == "hidden"}
    labels = [element.get("for") for element in document.iter("label") if element.get("for")]
    faults += [f"a label for {name}, which nobody sees" for name in labels if name in unseen or name not in ids]
    return faults


def _harmless(details: Mapping[str, object]) -> str:
    return ", ".join(f"{key}={value}" for key, value in details.items() if key in {"name", "data"})


def _policy_faults(body: str, headers: Mapping[str, str]) -> list[str]:
    policy = headers.get("Content-Security-Policy", "")
    faults = []
    if "script-src" not in policy and "default-src 'none'" not in policy:
        faults.append("no policy for scripts")
    if "unsafe-inline" in policy or "unsafe-eval" in policy:
        faults.append("a policy that allows inline code")
    for pattern, fault in (
        (_INLINE_SCRIPT, "an inline script"),
        (_INLINE_STYLE, "an inline style"),
        (_HANDLER, "an inline event handler"),
    ):
        if pattern.search(body):
            faults.append(fault)
    return faults
