"""CPU seconds from a county's roster of payments to a stored draft: `python -m bench.import_payments [ROWS]`.

Once with the texts in a table of their own, as Excel and WPS write them, once in the cells, as programs do.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from bench.import_notices import OFFICE, prepared
from portal.app import create_app
from portal.config import settings_from
from portal.domain.divisions import Level
from portal.domain.identity_numbers import check_character
from portal.queries.divisions import divisions_around
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder
from portal.usecases.payments import import_payments

ROWS = 200_000
COUNTY = "370811"
TITLE = f"{OFFICE.removesuffix('民政局')}2026年10月农村低保金发放花名册（惠民补贴一本通）"


def identity(serial: int) -> str:
    """A well-formed ID number of its own for each of five million, under area codes that were never issued."""
    area, rest = divmod(serial, 1000)
    born = f"{1940 + area % 60}{area // 60 % 12 + 1:02d}{area // 720 % 28 + 1:02d}"
    stem = f"3798{area // 1000 % 90 + 10}{born}{rest:03d}"
    return stem + check_character(stem)


def county_roster(rows: int) -> bytes:
    """So many invented payments, spread over all villages of the county."""
    villages = [one for one in divisions_around(COUNTY) if one.level is Level.VILLAGE]
    towns = {one.code: one.name for one in divisions_around(COUNTY) if one.level is Level.TOWNSHIP}
    book = Workbook()
    page = book.create_sheet("花名册", 0)
    for line in ([TITLE], [f"发放户数：{rows}　单位：元"]):
        page.append(line)
    page.append(["序号", "户主姓名", "身份证号", "镇（街道）", "村", "保障人数", "一本通账号", "发放金额"])
    for serial in range(rows):
        village, persons = villages[serial * len(villages) // rows], 1 + serial % 4
        town = towns[village.parent] if village.parent else ""
        account = f"6223{serial:015d}"
        page.append(
            [serial + 1, "王桂兰", identity(serial), town, village.display_name, persons, account, persons * 436]
        )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_shared_strings(content: bytes) -> bytes:
    """The same workbook with every text of its first sheet in a table that the cells point to."""
    texts: dict[str, int] = {}
    out = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                part = _INLINE.sub(lambda found: _pointer(texts, found[1]), part)
            elif name == "[Content_Types].xml":
                part = part.replace(
                    "</Types>", f'<Override PartName="/{_SHARED}" ContentType="{_SHARED_TYPE}"/></Types>'
                )
            target.writestr(name, part)
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        target.writestr(_SHARED, f'<sst xmlns="{SHEET_MAIN_NS}">{items}</sst>')
    return out.getvalue()


_INLINE = re.compile(r't="inlineStr"><is><t>([^<]*)</t></is>')
_SHARED = "xl/sharedStrings.xml"
_SHARED_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def _pointer(texts: dict[str, int], text: str) -> str:
    return f't="s"><v>{texts.setdefault(text, len(texts))}</v>'


def main() -> None:
    """Each once: so many rows warm up whatever there is."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for told, form in (("shared strings", with_shared_strings), ("texts in the cells", bytes)):
        spent, size = measured(rows, form)
        print(f"{rows} rows, {told}, {size / 1e6:.1f} MB: {spent:.1f} CPU s", flush=True)


def measured(rows: int, form: Callable[[bytes], bytes]) -> tuple[float, int]:
    """CPU seconds of one import in an instance of its own, and the size of the file."""
    with tempfile.TemporaryDirectory() as folder:
        prepared(folder)
        app = create_app(settings_from({"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error"}))
        with app.app_context():
            upload = Upload("花名册.xlsx", form(county_roster(rows)))
            services, actor = app.extensions["portal"], actor_named("clerk")
            order, before = PaymentOrder(division_code=COUNTY), time.process_time()
            outcome = import_payments(services, actor, upload, order, at=clock.now())
            spent = time.process_time() - before
            assert outcome.batch, outcome.problems[:3]
            assert outcome.batch.households == rows
            return spent, len(upload.content)


if __name__ == "__main__":
    main()
