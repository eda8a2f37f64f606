"""What fontconfig knows, asked through ctypes: cheap, without WeasyPrint and without starting a program."""

import ctypes
from collections.abc import Callable, Iterable
from functools import cache

MATCHED = 0
"""FcResultMatch."""


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("patterns", ctypes.POINTER(ctypes.c_void_p)))


def library(*names: str) -> ctypes.CDLL | None:
    """The first shared library of the names that can be loaded."""
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


@cache
def _fontconfig() -> ctypes.CDLL | None:
    found = library("libfontconfig.so.1", "libfontconfig.1.dylib")
    if found is None:
        return None
    found.FcNameParse.restype = found.FcObjectSetCreate.restype = ctypes.c_void_p
    found.FcNameParse.argtypes = [ctypes.c_char_p]
    found.FcObjectSetAdd.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    found.FcFontList.argtypes = [ctypes.c_void_p] * 3
    found.FcFontList.restype = ctypes.POINTER(_FontSet)
    found.FcPatternGetCharSet.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_void_p),
    ]
    found.FcCharSetHasChar.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    return found


def _listed(pattern: str) -> list[int]:
    """The addresses of the fonts that match a pattern; they live as long as the process, and are few."""
    fc = _fontconfig()
    if fc is None:
        return []
    wanted = fc.FcObjectSetCreate()
    for name in (b"family", b"charset"):
        fc.FcObjectSetAdd(wanted, name)
    found = fc.FcFontList(None, fc.FcNameParse(pattern.encode()), wanted)
    return [found.contents.patterns[at] for at in range(found.contents.count)] if found else []


@cache
def has_chinese_font() -> bool:
    """Whether any installed font claims simplified Chinese."""
    return bool(_listed(":lang=zh-cn"))


@cache
def installed_coverage(families: Iterable[str]) -> Callable[[int], bool]:
    """A question "has this code point a glyph?" for the first installed family; no family answers no to everything."""
    fc = _fontconfig()
    charsets = []
    for pattern in next(filter(None, map(_listed, families)), []):
        charset = ctypes.c_void_p()
        if fc is not None and fc.FcPatternGetCharSet(pattern, b"charset", 0, ctypes.byref(charset)) == MATCHED:
            charsets.append(charset)
    # Every style of the family must have it: titles are bold.
    return lambda code: fc is not None and bool(charsets) and all(fc.FcCharSetHasChar(one, code) for one in charsets)
