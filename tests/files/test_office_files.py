import io
import zipfile

import pytest
from openpyxl import load_workbook

from portal.domain.attachments import AttachmentLimits, Removed
from portal.files.attachments import inspect
from tests.samples import office_files
from tests.samples.office_files import AUTHOR, COMPANY, docx, field, relation
from tests.samples.picture_files import CAMERA, photo

LIMITS = AttachmentLimits()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_document_tells_nothing_of_its_author():
    cleaned = inspect("a.docx", docx(), LIMITS)
    parts = _parts(cleaned.content)
    assert Removed.PROPERTIES in cleaned.removed
    assert not [name for name, part in parts.items() if AUTHOR.encode() in part or COMPANY.encode() in part]
    assert not [name for name in parts if name.startswith("docProps")]
    assert b"Evidence" in parts["word/document.xml"]
    assert b"00AB12CD" not in parts["word/document.xml"]
    assert b"docProps" not in parts["_rels/.rels"] + parts["[Content_Types].xml"]


def test_tracked_changes_and_remarks_lose_their_authors_and_times():
    cleaned = inspect("a.docx", office_files.tracked(), LIMITS)
    whole = b"".join(_parts(cleaned.content).values())
    assert {Removed.AUTHOR, Removed.TIME} <= set(cleaned.removed)
    assert AUTHOR.encode() not in whole
    assert b"JIA" not in whole
    assert b"2026-11-20" not in whole
    assert b"added" in whole
    assert b"people" not in whole


def test_a_table_keeps_its_figures_and_loses_authors_and_addresses():
    cleaned = inspect("a.xlsx", office_files.sheet(), LIMITS)
    assert {Removed.AUTHOR, Removed.LINKS, Removed.PROPERTIES} <= set(cleaned.removed)
    whole = b"".join(_parts(cleaned.content).values())
    assert AUTHOR.encode() not in whole
    assert b"evil-code" not in whole
    sheet = load_workbook(io.BytesIO(cleaned.content)).active
    assert [sheet["A1"].value, sheet["A2"].value, sheet["A1"].comment.text] == ["Evidence", "=1+1", "a remark"]


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (
            '<w:hyperlink r:id="rId1"><w:r><w:t>shown</w:t></w:r></w:hyperlink>',
            relation(1, "hyperlink", "https://evil-code.example", outside=True),
        ),
        (
            '<a:blip xmlns:a="urn:a" r:link="rId1"/><w:t>shown</w:t>',
            relation(1, "image", "https://evil-code.example/a.png", outside=True),
        ),
        (field('HYPERLINK "https://evil-code.example"'), ""),
        (field('INCLUDEPICTURE "https://evil-code.example" \\d'), ""),
        ('<w:fldSimple w:instr="HYPERLINK https://evil-code.example"><w:t>shown</w:t></w:fldSimple>', ""),
    ],
    ids=["hyperlink", "linked picture", "link field", "picture field", "simple field"],
)
def test_a_link_keeps_its_words_and_loses_its_address(body: str, links: str):
    cleaned = inspect("a.docx", docx(body, links), LIMITS)
    assert Removed.LINKS in cleaned.removed
    whole = b"".join(_parts(cleaned.content).values())
    assert b"evil-code" not in whole
    assert b"shown" in whole


def test_a_template_from_elsewhere_is_cut_off():
    settings = '<w:settings xmlns:w="urn:w" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:attachedTemplate r:id="rId1"/></w:settings>'
    links = office_files.relations(relation(1, "attachedTemplate", "https://evil-code.example/a.dotm", outside=True))
    cleaned = inspect(
        "a.docx", docx(**{"word__settings.xml": settings, "word___rels__settings.xml.rels": links}), LIMITS
    )
    whole = b"".join(_parts(cleaned.content).values())
    assert b"evil-code" not in whole
    assert b"attachedTemplate" not in whole


def test_a_link_within_the_document_stays():
    cleaned = inspect("a.docx", docx(field('HYPERLINK \\l "_Toc1"')), LIMITS)
    assert Removed.LINKS not in cleaned.removed
    assert b"fldChar" in _parts(cleaned.content)["word/document.xml"]


def test_a_photo_inside_a_document_loses_its_exif():
    content = docx(
        '<a:blip xmlns:a="urn:a" r:embed="rId1"/>',
        relation(1, "image", "media/a.jpeg"),
        **{"word__media__a.jpeg": photo(6)},
    )
    cleaned = inspect("a.docx", content, LIMITS)
    assert CAMERA.encode() not in _parts(cleaned.content)["word/media/a.jpeg"]
    assert Removed.PROPERTIES in cleaned.removed


def test_cleaning_twice_changes_nothing():
    once = inspect("a.docx", office_files.tracked(), LIMITS)
    again = inspect("a.docx", once.content, LIMITS)
    assert again.content == once.content
    assert again.removed == ()
