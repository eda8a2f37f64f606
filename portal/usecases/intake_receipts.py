"""The receipt: number, code, what happens next and by when; as a page and on paper, without content."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.domain.case_clocks import Clock, next_promise
from portal.domain.errors import NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.intake_drafts import Draft
from portal.domain.limits import Limit
from portal.domain.messages import N_
from portal.models.base import db
from portal.models.cases import Case
from portal.models.offices import Office
from portal.models.transaction import transaction
from portal.printing.child import print_in_child
from portal.printing.papers import Block, DocumentPaper, Heading, Paragraph, chinese_day
from portal.queries.site import site
from portal.sealing.query_codes import QueryCode
from portal.usecases.case_clocks import clocks_of
from portal.usecases.limits import Origin, reserve
from portal.usecases.services import Services

PRINT_SECONDS = 30.0
PRINTED = Limit("slip", timedelta(hours=1), per_subject=10, per_address=30, overall=300, counts_successes=True)
"""Papers printed on demand: each takes a second of a processor."""


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What the receipt says. `code` stands here and on the paper that the submitter takes along, and nowhere else."""

    number: str
    code: QueryCode = field(repr=False)
    member_codes: tuple[QueryCode, ...] = field(repr=False)
    office_name: str
    received_at: datetime
    promise: Clock | None


def receipt_page(number: str, draft: Draft) -> ReceiptPage:
    """The receipt of a case that was just taken in; NotFoundError when there is no such case."""
    session = db.session()
    case = session.scalars(select(Case).where(Case.number == number)).one_or_none()
    if case is None:
        raise NotFoundError(N_("没有这件诉求"))
    name = session.scalars(select(Office.name).where(Office.id == case.office_id)).one()
    members = tuple(map(QueryCode, draft.member_codes))
    promise = next_promise(clocks_of(session, case))
    return ReceiptPage(case.number, QueryCode(draft.code), members, name, case.received_at, promise)


def print_slip(services: Services, page: ReceiptPage, address: str, *, at: datetime) -> bytes:
    """The slip as PDF, printed on the spot and stored nowhere; TooManyError when too many were asked for."""
    with transaction() as session:
        reserve(session, PRINTED, Origin(address, address), at=at, services=services)
    paper = slip_of(page, services, demo=site().demo)
    db.session.rollback()  # no read transaction stays open while the child prints
    return print_in_child(paper, fonts=services.settings.fonts, timeout_s=PRINT_SECONDS)


def slip_of(page: ReceiptPage, services: Services, *, demo: bool) -> DocumentPaper:
    """The paper: number, code, where to look; never what it is about. Its title could stand on any slip."""
    received_on = shanghai_date(page.received_at)
    lines: list[Block] = [
        Heading(1, "编号"),
        Paragraph(page.number),
        Heading(1, "查询码（20位数字）"),
        Paragraph(page.code.grouped),
        Heading(1, "怎么查"),
        Paragraph("打开下面的网址，输入查询码。不需要登录，也不需要证件。"),
        Paragraph(f"{services.settings.public_url}/cases/progress"),
        Paragraph("查询码只印在这张纸上，丢失不能补办。请收好，不要拍照、不要发微信、不要给别人看。"),
    ]
    for ordinal, code in enumerate(page.member_codes, start=1):
        lines += [Heading(1, f"联名第{ordinal}人的查询码，请剪下交给本人"), Paragraph(code.grouped)]
    if page.promise:
        lines.append(Paragraph(f"不晚于{chinese_day(page.promise.due_on)}，可以查到下一步的消息。"))
    return DocumentPaper(
        site_name=services.settings.site.organiser,
        demo=demo,
        number=page.number,
        title="查询凭条",
        meta=(),
        addressee=None,
        blocks=tuple(lines),
        office_name=services.settings.site.organiser,
        dated=received_on,
        url="",
        short_address="",
        sha256="",
        footer_note="",
        document_date=received_on,
    )
