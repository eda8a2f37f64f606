"""The XML within a docx or xlsx: authors are emptied, links are cut, and what fetches or acts refuses the file."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from lxml import etree

from portal.domain.attachments import ACTIVE, EXTERNAL, RefusedFileError, Removed

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OLD_OFFICE = "urn:schemas-microsoft-com:office:office"
_REF = f"{{{_RELATIONS}}}"
_W = f"{{{_WORD}}}"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
)

_AUTHORS = {"author", "initials", "userName"}
_TIMES = {"date", "dateUtc", "dT"}
_SESSIONS = re.compile(r"rsid\w*|paraId|textId|durableId|documentId|uid")
_CUT_ATTRIBUTE = {"hyperlink", "blip", "pageSetup", "imagedata"}
_CUT_ELEMENT = {
    *("attachedTemplate", "hlinkClick", "hlinkHover", "embedRegular", "embedBold", "embedItalic", "embedBoldItalic"),
    *("legacyDrawingHF", "threadedComment", "dataSource", "headerSource"),
}
_DROPPED = {
    *("rsids", "mailMerge", "docVars", "absPath", "revisionPtr", "fileSharing", "saveThroughXslt", "attachedSchema"),
    *("dataBinding", "webPublishing", "webPublishItems", "smartTagType", "attachedTemplate"),
}
_REFUSED = {"altChunk", "object", "control", "OLEObject", "oleObjects", "subDoc", "controls", "oleLink", "ddeLink"}
_FETCHING = re.compile(
    r"\s*(DDE|DDEAUTO|LINK|IMPORT|DATABASE|INCLUDE|INCLUDETEXT|MACROBUTTON|AUTOTEXT|QUOTE\s+\d+)\b", re.IGNORECASE
)
"""QUOTE with numbers spells another field letter by letter."""
_LINKING = re.compile(r"\s*(INCLUDEPICTURE|HYPERLINK(?!\s+\\l))\b", re.IGNORECASE)
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_FETCHING_FUNCTION = re.compile(r"\b(WEBSERVICE|RTD|CALL|REGISTER|REGISTER\.ID|EXEC|IMAGE)\s*\(", re.IGNORECASE)


def parse(part: bytes) -> Any:
    """The root of a part; ValueError for a part that declares entities, SyntaxError when it is broken."""
    root = etree.fromstring(part, _PARSER)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a part of a document declares no types of its own")
    return root


def serialised(root: Any) -> bytes:
    """The part as bytes again."""
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return text


def cut_relations(root: Any, left_out: Collection[str], base: str) -> tuple[set[str], set[Removed]]:
    """Remove the relations that lead outside or to parts that were left out; gives their ids and what to tell."""
    gone, told = set(), set()
    for relation in list(root):
        kind = relation.get("Type", "").rpartition("/")[2]
        outside = relation.get("TargetMode") == "External"
        if outside and kind not in {"hyperlink", "image", "attachedTemplate", "mailMergeSource"}:
            raise RefusedFileError(EXTERNAL)
        if outside or _target(relation.get("Target", ""), base) in left_out:
            gone.add(relation.get("Id", ""))
            told |= {Removed.LINKS} if outside else set()
            root.remove(relation)
    return gone, told


def _target(target: str, base: str) -> str:
    """The name of the part that a relation means, seen from the folder of its owner."""
    steps: list[str] = [] if target.startswith("/") else [step for step in base.split("/") if step]
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)


def clean_part(root: Any, gone: Collection[str]) -> Iterator[Removed]:
    """Clean a part in place and say what was taken out; RefusedFileError for objects, fields and formulas that act."""
    for element in list(root.iter("*")):
        name = _local(element.tag)
        if name in _REFUSED and _is_acting(element, name):
            raise RefusedFileError(ACTIVE)
        if name in _FORMULAS and _fetches(element.text or ""):
            raise RefusedFileError(ACTIVE)
        yield from _without_traces(element)
        if name == "author" and element.text:
            element.text = ""
            yield Removed.AUTHOR
        if name in _DROPPED or (name in _CUT_ELEMENT and _refers(element, gone)):
            _drop(element)
            yield Removed.PROPERTIES
        else:
            _cut_references(element, name, gone)
    yield from _unlink_fields(root)


@lru_cache(maxsize=4096)
def _local(name: str) -> str:
    """A name without its namespace: there are few names, and of each a great many elements."""
    return name.rpartition("}")[2]


def _fetches(formula: str) -> bool:
    """Whether a formula speaks to a program (DDE: a bar outside of quotes) or to another computer."""
    bare = _QUOTED.sub("", formula)
    return "|" in bare or _FETCHING_FUNCTION.search(bare) is not None


def _is_acting(element: Any, name: str) -> bool:
    """Word's `object` stands for OLE; the same word elsewhere, as in a drawing's locks, does nothing."""
    return name not in {"object", "control"} or etree.QName(element).namespace in {_WORD, _OLD_OFFICE}


def _without_traces(element: Any) -> Iterator[Removed]:
    """Names, times and the marks of editing sessions in an element's attributes."""
    for attribute in element.keys():  # noqa: SIM118 - lxml gives a list that may outlive the change
        name = _local(attribute)
        if name in _AUTHORS and element.get(attribute):
            element.set(attribute, "")
            yield Removed.AUTHOR
        elif name in _TIMES and attribute.startswith("{"):
            del element.attrib[attribute]
            yield Removed.TIME
        elif attribute.startswith("{") and _SESSIONS.fullmatch(name):
            del element.attrib[attribute]


def _refers(element: Any, gone: Collection[str]) -> bool:
    return any(key.startswith(_REF) and value in gone for key, value in element.attrib.items())


def _cut_references(element: Any, name: str, gone: Collection[str]) -> None:
    """A link keeps its words and loses its address; any other element that would hang in the air refuses the file."""
    for attribute, value in element.items() if gone else ():
        if attribute.startswith(_REF) and value in gone:
            if name not in _CUT_ATTRIBUTE:
                raise RefusedFileError(EXTERNAL)
            del element.attrib[attribute]


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unlink_fields(root: Any) -> Iterator[Removed]:
    """Fields that fetch refuse the file; of fields that link the words stay."""
    for simple in list(root.iter(f"{_W}fldSimple")):
        if _judge(simple.get(f"{_W}instr", "")):
            simple.set(f"{_W}instr", "QUOTE")
            yield Removed.LINKS
    open_fields: list[list[Any]] = []
    for mark in list(root.iter(f"{_W}fldChar", f"{_W}instrText")):
        kind = mark.get(f"{_W}fldCharType")
        if kind == "begin":
            open_fields.append([mark])
        elif open_fields:
            open_fields[-1].append(mark)
            if kind == "end" and _unlink(open_fields.pop()):
                yield Removed.LINKS
    for field in open_fields:
        _unlink(field)


def _unlink(field: list[Any]) -> bool:
    if not _judge("".join(mark.text or "" for mark in field)):
        return False
    for mark in field:
        _drop(mark)
    return True


def _judge(instruction: str) -> bool:
    """Whether a field links; RefusedFileError when it fetches or acts."""
    if _FETCHING.match(instruction):
        raise RefusedFileError(ACTIVE)
    return bool(_LINKING.match(instruction))
