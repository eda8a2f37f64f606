"""Payments at the desk: the list of the actor's offices, handing a roster in, one batch with its preview."""

from flask import Blueprint

from portal.domain.payments import told_by
from portal.domain.permissions import Permission
from portal.domain.publications import Area
from portal.queries.payment_uploads import queued_rosters
from portal.queries.payments import DeskPayment, desk_payment, desk_payments
from portal.usecases.payment_drafts import corrected_order
from portal.usecases.payment_freezing import smallness
from portal.web.access import current_actor, requires
from portal.web.desk.beginnings import begun
from portal.web.desk.payment_uploads import receive
from portal.web.desk.publication_pages import DeskPages, list_answer, publication_answer
from portal.web.desk.table_imports import TableImport, add_imports
from portal.web.forms.payments import PaymentCorrectionForm, PaymentUploadForm
from portal.web.payment_pages import ShownPayment, shown_table
from portal.web.services import services

blueprint = Blueprint("desk_payments", __name__, url_prefix="/desk/payments")
PAGES = DeskPages(Area.PAYMENTS, "payment")
add_imports(
    blueprint,
    TableImport(
        PAGES,
        lambda: PaymentUploadForm(data=begun("division", "program")),
        receive,
        desk_payment,
        corrected_order,
        PaymentCorrectionForm,
    ),
)


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


def _shown(found: DeskPayment) -> ShownPayment | None:
    if found.batch is None:
        return None
    least = smallness(services())
    told = told_by(found.batch, least, stay_hidden=found.untold_before)
    return shown_table(told, least.persons, counts_persons=found.batch.counts_persons)
