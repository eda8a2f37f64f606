"""Documents at the desk: the list of the actor's offices, one document with its preview, writing and correcting."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from portal.domain.document_text import html_of
from portal.domain.permissions import Permission
from portal.domain.publications import Area, WithdrawalKind
from portal.queries.documents import DeskDocument, desk_document, desk_documents
from portal.usecases import clock
from portal.usecases.corrections import Correction
from portal.usecases.documents import correct_document, draft_document, edit_document
from portal.usecases.idempotency import Sent
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.beginnings import begun
from portal.web.desk.publication_pages import DeskPages, list_answer, publication_answer
from portal.web.document_pages import within_site
from portal.web.forms.documents import CorrectionForm, DocumentForm, typed
from portal.web.services import services

blueprint = Blueprint("desk_documents", __name__, url_prefix="/desk/documents")
PAGES = DeskPages(Area.DOCUMENTS, "document")


@blueprint.get("/")
@requires(Permission.SEE_DRAFTS)
def documents() -> str:
    """Every document of the actor's offices, those that must be looked at again first."""
    found = desk_documents(current_actor(), services().rulebook.repealed, at=clock.now())
    ordered = sorted(found, key=lambda one: not (one.review_is_due or one.stale))
    return list_answer(PAGES, ordered)


@blueprint.get("/<string:number>")
@requires(Permission.SEE_DRAFTS)
def document(number: str) -> str:
    """One document: its state, what can be done now, and exactly what the public sees."""
    found = _found(number)
    may_edit = current_actor().may(Permission.DRAFT) and found.state == "draft"
    shown = within_site(html_of(found.content.body)) if found.content else None
    return publication_answer(PAGES, found, shown, may_edit=may_edit)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def new() -> ResponseReturnValue:
    """Write a new document."""
    form = DocumentForm(data={"issuer": current_actor().office_name, **begun("category", "program")})

    def save() -> ResponseReturnValue:
        asked = Sent(form.idempotency_key.data, url_for(".documents") + "{number}")
        number = draft_document(services(), current_actor(), form.content, at=clock.now(), sent=asked)
        return done(url_for(".document", number=number), _("已存为草稿。"))

    return attempt(form, save, lambda: render_template("desk/documents/new.html", form=form))


@blueprint.route("/<string:number>/edit", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def edit(number: str) -> ResponseReturnValue:
    """Change a draft; whoever comes too late sees both texts."""
    found = _found(number)
    form = DocumentForm(data=typed(found.content, found.version) if found.content else None)
    back = url_for(".document", number=found.number)

    def save() -> ResponseReturnValue:
        version, at = form.version.number, clock.now()
        edit_document(services(), current_actor(), number, form.content, version, at=at, sent=sent(form, back))
        return done(back, _("已保存。"))

    def page() -> str:
        return render_template("desk/documents/edit.html", document=found, form=form)

    return attempt(form, save, page, too_late=lambda _error: _both(number, form))


@blueprint.route("/<string:number>/correct", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def correct(number: str) -> ResponseReturnValue:
    """Open a correction of a public document; its text is changed on the next page."""
    found, form = _found(number), CorrectionForm()

    def save() -> ResponseReturnValue:
        back = url_for(".edit", number=found.number)
        correction = Correction(found.number, WithdrawalKind(form.kind.data), form.note.data or "")
        correct_document(services(), current_actor(), correction, at=clock.now(), sent=sent(form, back))
        return done(back, _("已建立更正草稿，请修改内容。"))

    return attempt(form, save, lambda: render_template("desk/documents/correct.html", document=found, form=form))


def _found(number: str) -> DeskDocument:
    return desk_document(current_actor(), number, services().rulebook.repealed, at=clock.now())


def _both(number: str, form: DocumentForm) -> str:
    """Both texts side by side, and the form once more with the version that the person has now seen."""
    now = _found(number)
    theirs = typed(now.content, now.version) if now.content else {}
    fields: list[Field] = [field for field in form if field.name in theirs and field.name != "version"]
    rows = [(field.label.text, field.data, theirs[field.name]) for field in fields]
    form.version.data = now.version
    return render_template("desk/documents/conflict.html", document=now, form=form, rows=rows)
