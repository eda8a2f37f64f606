"""PDFs that do more than show pages, made in memory."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.samples.picture_files import photo

AUTHOR = "济宁某甲"


def pdf(change=None, **options: object) -> bytes:
    """One page with words; `change` gets the document and its page before it is saved."""
    out = io.BytesIO()
    with Pdf.new() as document:
        page = document.add_blank_page(page_size=(300, 300))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(A=font))
        page.Contents = document.make_stream(b"BT /A 12 Tf 20 200 Td (Evidence) Tj ET")
        if change:
            change(document, page)
        document.save(out, **options)
    return out.getvalue()


def _script(document: Pdf) -> Dictionary:
    return document.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert('evil-code')")))


def with_script() -> bytes:
    def change(document, page):
        document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), _script(document)])))

    return pdf(change)


def with_open_action() -> bytes:
    def change(document, page):
        document.Root.OpenAction = _script(document)
        page.AA = Dictionary(O=_script(document))
        document.Root.AA = Dictionary(WC=_script(document))

    return pdf(change)


def with_launch() -> bytes:
    def change(document, page):
        action = Dictionary(S=Name.Launch, F=String("evil-code.exe"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=action)
        page.Annots = Array([document.make_indirect(link)])

    return pdf(change)


def with_link() -> bytes:
    def change(document, page):
        action = Dictionary(S=Name.URI, URI=String("https://evil-code.example/?who=jia"))
        page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=action)])

    return pdf(change)


def with_embedded_file() -> bytes:
    def change(document, page):
        document.attachments["evil-code.exe"] = b"MZ evil-code"

    return pdf(change)


def with_form() -> bytes:
    """A filled field whose words must stay to be seen, an XFA form beside it, and a button that sends."""

    def change(document, page):
        words = document.make_stream(b"BT /A 12 Tf (Filled) Tj ET")
        words.Type, words.Subtype, words.BBox = Name.XObject, Name.Form, Array([0, 0, 99, 20])
        words.Resources = page.Resources
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String("Filled"), F=4)
        field.Rect, field.AP = Array([10, 10, 109, 30]), Dictionary(N=words)
        field.A = Dictionary(S=Name.SubmitForm, F=String("https://evil-code.example"))
        field.DA = String("/A 12 Tf 0 g")
        field = document.make_indirect(field)
        page.Annots = Array([field])
        xfa = document.make_stream(b"<xdp>evil-code</xdp>")
        resources = Dictionary(Font=page.Resources.Font)
        document.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=xfa, DR=resources, DA=String("/A 12 Tf 0 g"))

    return pdf(change)


def with_properties() -> bytes:
    def change(document, page):
        document.docinfo["/Author"] = AUTHOR
        document.docinfo["/Creator"] = "evil-code"
        metadata = document.make_stream(b"<x:xmpmeta>evil-code</x:xmpmeta>")
        metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
        document.Root.Metadata = metadata
        page.PieceInfo = Dictionary(Evil=Dictionary(Private=String("evil-code")))

    return pdf(change)


def with_photo(*filters: str) -> bytes:
    """A photo as scanning apps embed it: the whole JPEG with its Exif."""

    def change(document, page):
        image = document.make_stream(photo())
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 64, 48
        image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
        page.Resources.XObject = Dictionary(AA=image)
        page.Contents = document.make_stream(b"q 200 0 0 150 20 20 cm /AA Do Q")

    return pdf(change)


def with_outside_stream() -> bytes:
    def change(document, page):
        page.Contents.F = String("/etc/passwd")

    return pdf(change)


def encrypted(user: str = "1234") -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=user))
