"""What a page of a batch of payments shows, and the same figures as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from portal.domain.messages import Message
from portal.domain.money import Fen
from portal.domain.payment_words import WHERE_IS_MY_MONEY, hidden_places, small_batch
from portal.domain.payments import Figures, PaymentKind, Residence, ToldBatch, read_told
from portal.domain.programs import Program
from portal.domain.statistics import Shown
from portal.queries.payment_months import PaymentMonth
from portal.queries.payments import PaymentLine
from portal.queries.publications import PublicView, RevisionLine, holds_now
from portal.web.labels import label


@dataclass(frozen=True, slots=True)
class Facts:
    """What was paid and when, as the head tells it."""

    program: Program
    kind: PaymentKind
    residence: Residence | None
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """Everything that a template needs besides the frozen head; a draft's preview is its table alone."""

    told: ToldBatch
    counts_persons: bool
    notes: tuple[Message, ...]
    steps: tuple[Message, ...] = ()
    facts: Facts | None = None
    revisions: Sequence[RevisionLine] = ()
    is_live: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the table."""
        persons = (_("人数"),) if self.counts_persons else ()
        return (_("地方"), _("户数"), *persons, _("金额（元）"))


def shown_table(told: ToldBatch, least: int, *, counts_persons: bool) -> ShownPayment:
    """A batch ready for the table of its template, of a draft or of what the gate lets out."""
    notes = [small_batch(least)] if told.total is None else [hidden_places(least)] if told.rest else []
    return ShownPayment(told, counts_persons, tuple(notes))


def shown_payment(view: PublicView, revisions: Sequence[RevisionLine]) -> ShownPayment:
    """What the gate lets out, ready for its page."""
    head = view.head
    residence, day = head["residence"], head["paid_on"]
    return replace(
        shown_table(read_told(head), head["least_persons"], counts_persons=head["counts_persons"]),
        steps=tuple(map(Message, WHERE_IS_MY_MONEY)),
        facts=Facts(
            Program(head["program"]), PaymentKind(head["kind"]), Residence(residence) if residence else None,
            date.fromisoformat(day) if day else None,
        ),
        revisions=revisions,
        is_live=holds_now(revisions, view.ordinal),
    )  # fmt: skip


def csv_table(view: PublicView) -> tuple[list[str], list[list[Any]]]:
    """Head and rows: places, 其余 and 合计, amounts in yuan and in fen; what may not be told is an empty cell."""
    head, told = view.head, read_told(view.head)
    names = [_("区划代码"), _("地方"), _("月份"), _("救助项目"), _("户数")]
    names += [_("人数")] if head["counts_persons"] else []
    names += [_("金额（元）"), _("金额（分）"), _("说明")]
    place, program = head["place"], label(Program(head["program"]))
    rows = [
        [code, name, head["month"], program, *_cells(figures, counts_persons=head["counts_persons"]), note]
        for code, name, figures, note in _lines(told, place)
    ]
    return names, rows


def month_table(page: PaymentMonth) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of a month: one row a batch, or a row that says why there is none."""
    names = [
        _("区划代码"),
        _("地方"),
        _("月份"),
        _("救助项目"),
        _("情况"),
        _("发放日期"),
        _("城乡"),
        _("发放内容"),
        _("编号"),
    ]
    rows = [
        [row.place.code, row.place.display_name, iso_month(row.month), label(cell.program), label(cell.state), *told]
        for row in page.rows
        for cell in row.cells
        for told in (list(map(_line_cells, cell.lines)) or [[None] * 4])
    ]
    return names, rows


def _line_cells(line: PaymentLine) -> list[Any]:
    residence = str(label(line.residence)) if line.residence else None
    return [line.paid_on, residence, str(label(line.kind)), line.number]


def _lines(told: ToldBatch, place: Mapping[str, str]) -> Iterator[tuple[str, str, Figures | None, str]]:
    for row in told.rows:
        yield row.code, row.name, row.figures, "" if row.figures else str(label(row.shown))
    if told.rest:
        yield "", _("其余"), told.rest, ""
    yield place["code"], _("合计"), told.total, "" if told.total else str(label(Shown.SMALL))


def _cells(figures: Figures | None, *, counts_persons: bool) -> list[Any]:
    if figures is None:
        return [None] * (4 if counts_persons else 3)
    persons = [figures.persons] if counts_persons else []
    return [figures.households, *persons, _yuan(figures.amount_fen), int(figures.amount_fen)]


def _yuan(amount: Fen) -> Decimal:
    return Decimal(amount).scaleb(-2)


def changed_cell(change: Mapping[str, Any]) -> str:
    """The words for a place of the difference between two revisions."""
    named = {"rest": _("其余"), "total": _("合计")}
    return str(named.get(change["place"], change["place"]))


def changed_figure(change: Mapping[str, Any]) -> str:
    """The words for a column of the difference between two revisions."""
    return str({"households": _("户数"), "persons": _("人数"), "amount": _("金额（元）")}[change["column"]])


def iso_month(month: date) -> str:
    """A month as addresses hold it, 2026-10."""
    return f"{month:%Y-%m}"


def residence_name(residence: str) -> str:
    """Whose standard it is; nothing for one that holds for all."""
    return str(label(Residence(residence))) if residence in set(Residence) else ""


def install(app: Flask) -> None:
    """Give the words to the templates."""
    app.jinja_env.filters["changed_cell"] = changed_cell
    app.jinja_env.filters["changed_figure"] = changed_figure
    app.jinja_env.filters["iso_month"] = iso_month
    app.jinja_env.filters["residence_name"] = residence_name
