"""Word and Excel packages, whole and hostile, made in memory."""

import io
import zipfile

from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.samples.make_samples import zipped

AUTHOR, COMPANY = "济宁某甲", "济宁某单位"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def relations(*lines: str) -> str:
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def relation(number: int, kind: str, target: str, *, outside: bool = False) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="rId{number}" Type="{_R}/{kind}" Target="{target}"{mode}/>'


def field(instruction: str, shown: str = "shown") -> str:
    """A field as Word writes it, its instruction split over two runs."""
    half = len(instruction) // 2
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction[:half]}</w:instrText></w:r><w:r><w:instrText>{instruction[half:]}</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def docx(body: str = "", links: str = "", main: str = _MAIN, **more: str | bytes) -> bytes:
    """A document of one paragraph; further parts by name with __ for the slash."""
    core = f"<cp:coreProperties xmlns:cp='{_PACKAGE}/metadata/core-properties' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator>{AUTHOR}</dc:creator></cp:coreProperties>"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="bin" ContentType="application/octet-stream"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": relations(
            relation(1, "officeDocument", "word/document.xml"), relation(2, "core-properties", "docProps/core.xml")
        ),
        "docProps/core.xml": core,
        "docProps/app.xml": f"<Properties><Company>{COMPANY}</Company></Properties>",
        "word/document.xml": f'{HEAD}<w:document xmlns:w="{_W}" xmlns:r="{_R}" xmlns:o="urn:schemas-microsoft-com:office:office"><w:body>'
        f'<w:p w:rsidR="00AB12CD"><w:r><w:t>Evidence</w:t></w:r>{body}</w:p></w:body></w:document>',
        "word/_rels/document.xml.rels": relations(links),
    }
    parts |= {name.replace("__", "/"): content for name, content in more.items()}
    return zipped(parts)


def tracked() -> bytes:
    """Tracked changes and a comment, each with its author and time."""
    body = f'<w:ins w:id="1" w:author="{AUTHOR}" w:date="2026-11-20T10:11:12Z"><w:r><w:t>added</w:t></w:r></w:ins>'
    comments = f'{HEAD}<w:comments xmlns:w="{_W}"><w:comment w:id="0" w:author="{AUTHOR}" w:initials="JIA" w:date="2026-11-20T10:11:12Z"><w:p/></w:comment></w:comments>'
    people = f"<w15:people xmlns:w15='http://schemas.microsoft.com/office/word/2012/wordml'><w15:person w15:author='{AUTHOR}'/></w15:people>"
    links = relation(1, "comments", "comments.xml") + relation(2, "people", "people.xml")
    return docx(body, links, **{"word__comments.xml": comments, "word__people.xml": people})


def sheet(formula: str = "=1+1", **more: str | bytes) -> bytes:
    book = Workbook()
    book.properties.creator = book.properties.lastModifiedBy = AUTHOR
    book.active["A1"] = "Evidence"
    book.active["A2"] = formula
    book.active["A1"].comment = Comment("a remark", AUTHOR)
    book.active["A3"].hyperlink = "https://evil-code.example/"
    book.active["A3"] = "a link"
    out = io.BytesIO()
    book.save(out)
    return with_parts(out.getvalue(), **more)


def with_parts(package: bytes, **more: str | bytes) -> bytes:
    """The package with further or other parts."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | {name.replace("__", "/"): content for name, content in more.items()})
