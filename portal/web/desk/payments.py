"""Payments at the desk: the list of the actor's offices, handing a roster in, one batch with its preview."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.payments import told_by
from portal.domain.permissions import Permission
from portal.domain.publications import Area, WithdrawalKind
from portal.queries.payment_uploads import queued_rosters
from portal.queries.payments import DeskPayment, desk_payment, desk_payments, payment_order
from portal.usecases.payment_drafts import PaymentOrder
from portal.usecases.payment_freezing import smallness
from portal.web import uploads
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt
from portal.web.desk.beginnings import begun
from portal.web.desk.payment_uploads import receive
from portal.web.desk.publication_pages import DeskPages, list_answer, publication_answer
from portal.web.forms.payments import PaymentCorrectionForm, PaymentUploadForm
from portal.web.payment_pages import ShownPayment, shown_table
from portal.web.services import services

blueprint = Blueprint("desk_payments", __name__, url_prefix="/desk/payments")
PAGES = DeskPages(Area.PAYMENTS, "payment")


@blueprint.before_request
def take_more() -> None:
    """A county's roster is larger than other forms; what is too large even so gets its own sentence in the form."""
    uploads.allow(request, is_file=True)


@blueprint.get("/")
@requires(Permission.SEE_DRAFTS)
def payments() -> str:
    """Every batch of the actor's offices."""
    actor = current_actor()
    return list_answer(PAGES, desk_payments(actor), queued=queued_rosters(actor))


@blueprint.get("/<string:number>")
@requires(Permission.SEE_DRAFTS)
def payment(number: str) -> str:
    """One batch: its state, what can be done now, and what the public sees of its figures."""
    found = desk_payment(current_actor(), number)
    return publication_answer(PAGES, found, _shown(found))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def new() -> ResponseReturnValue:
    """Hand in a roster: it becomes a draft, or a report of everything that is wrong with it."""
    form = PaymentUploadForm(data=begun("division", "program"))

    return attempt(
        form, lambda: receive(form, form.order), lambda: render_template("desk/payments/new.html", form=form)
    )


@blueprint.route("/<string:number>/correct", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def correct(number: str) -> ResponseReturnValue:
    """Open a correction of a public batch with a new roster."""
    form = PaymentCorrectionForm()
    known = payment_order(current_actor(), number)

    def read() -> ResponseReturnValue:
        order = PaymentOrder(
            known.month, known.division_code, known.program, known.document_number, known.paid_on, known.number,
            WithdrawalKind(form.kind.data), form.note.data or "",
        )  # fmt: skip
        return receive(form, order)

    return attempt(form, read, lambda: render_template("desk/payments/correct.html", form=form, number=known.number))


def _shown(found: DeskPayment) -> ShownPayment | None:
    if found.batch is None:
        return None
    least = smallness(services())
    told = told_by(found.batch, least, stay_hidden=found.untold_before)
    return shown_table(told, least.persons, counts_persons=found.batch.counts_persons)
