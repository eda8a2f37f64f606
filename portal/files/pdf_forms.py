"""Filled forms, whose words may stand on the page or may only be painted by whatever program opens the file."""

from typing import Any

from pikepdf import Dictionary, Pdf

from portal.domain.attachments import UNPAINTED, RefusedFileError

_TYPED = {"/Tx", "/Ch"}
_DEEPEST = 20


def refuse_unpainted(source: Pdf) -> None:
    """RefusedFileError when words of a form would vanish with the form: painting Chinese anew needs its fonts."""
    form = source.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    painted_by_reader = _affirms(form, "/NeedAppearances")
    if _affirms(source.Root, "/NeedsRendering"):  # XFA draws the pages
        raise RefusedFileError(UNPAINTED)
    for page in source.pages:
        for widget in page.get("/Annots") or ():
            if _is_filled(widget) and (painted_by_reader or "/AP" not in widget):
                raise RefusedFileError(UNPAINTED)


def _affirms(dictionary: Any, key: str) -> bool:
    return dictionary.get(key) is True


def _is_filled(widget: Any) -> bool:
    if not isinstance(widget, Dictionary) or str(_inherited(widget, "/FT")) not in _TYPED:
        return False
    value = _inherited(widget, "/V")
    return value is not None and bool(str(value).strip())


def _inherited(field: Any, key: str) -> Any:
    """What a field says itself or takes over from the field above it."""
    for _ in range(_DEEPEST):
        if key in field:
            return field[key]
        field = field.get("/Parent")
        if not isinstance(field, Dictionary):
            break
    return None
