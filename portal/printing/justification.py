"""Justifies Chinese text, which WeasyPrint cannot: it stretches nothing but spaces.

This is the only module that touches WeasyPrint's inside. It replaces one function and one method, of exactly the
version it was written for; under any other version it leaves WeasyPrint alone and lines end ragged but legible. A test
fails then, so that an upgrade is noticed.
"""

import re
from itertools import pairwise

import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.ffi import TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

WRITTEN_FOR = "70.0"

IDEOGRAPHIC = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’—…]")
UNBROKEN = "—…"
"""Doubled dashes and dots are one stroke: nothing may open between them."""

_original_set_text = Layout.set_text


def fits_this_weasyprint() -> bool:
    """Whether the installed WeasyPrint is the version whose inside this module knows."""
    return bool(weasyprint.__version__ == WRITTEN_FOR)


def gaps(text: str) -> list[int]:
    """The positions after which a line may be stretched: after each space and beside each ideograph."""
    return [at for at, (left, right) in enumerate(pairwise(text)) if _may_open(left, right)]


def _may_open(left: str, right: str) -> bool:
    if left in UNBROKEN and left == right:
        return False
    return left in " \u00a0" or bool(IDEOGRAPHIC.match(left) or IDEOGRAPHIC.match(right))


def _count_gaps(box: boxes.Box) -> int:
    if isinstance(box, boxes.TextBox):
        return len(gaps(box.text))
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return sum(_count_gaps(child) for child in box.children)
    return 0


def _set_text(layout: Layout, text: str, justify: bool = False) -> None:  # noqa: FBT001, FBT002 - WeasyPrint's signature
    extra, layout.justification_spacing = layout.justification_spacing, 0
    try:
        _original_set_text(layout, text, justify)
    finally:
        layout.justification_spacing = extra
    if justify and extra:
        _stretch(layout, extra)


def _stretch(layout: Layout, extra: float) -> None:
    """Widen every gap of a line by `extra` pixels on top of its letter spacing."""
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    spacing = layout.style["letter_spacing"]
    wide = int(((0 if spacing == "normal" else spacing) + extra) * TO_UNITS)
    for start, end in _byte_runs(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(wide)
        attribute.start_index, attribute.end_index = start, end
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _byte_runs(text: str) -> list[tuple[int, int]]:
    """Neighbouring stretched characters as byte ranges of the UTF-8 text, which is how Pango counts."""
    runs: list[tuple[int, int]] = []
    position, stretched = 0, set(gaps(text))
    for at, character in enumerate(text):
        end = position + len(character.encode())
        if at in stretched:
            start = runs.pop()[0] if runs and runs[-1][1] == position else position
            runs.append((start, end))
        position = end
    return runs


def install() -> bool:
    """Teach WeasyPrint to justify Chinese; returns whether it was the right version. Safe to repeat."""
    if not fits_this_weasyprint():
        return False
    inline.count_expandable_spaces = _count_gaps
    Layout.set_text = _set_text
    return True
