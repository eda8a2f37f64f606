"""Sealed lists at the desk: opened with a reason, each view noted."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.notice_papers import cells_of, column_labels
from portal.domain.notices import NoticeColumn
from portal.domain.permissions import Permission
from portal.queries.desk_notice import desk_notice
from portal.usecases import clock
from portal.usecases.sealed_lists import SealedList, open_sealed_list
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt
from portal.web.forms.notices import SealedListForm
from portal.web.headers import no_trace
from portal.web.services import services
from portal.web.short_numbers import number_in

blueprint = Blueprint("desk_sealed_lists", __name__, url_prefix="/desk/notices")


@blueprint.route("/<string:number>/sealed-list", methods=["GET", "POST"])
@requires(Permission.OPEN_SEALED_LIST)
def sealed_list(number: str) -> ResponseReturnValue:
    """Ask why; then show one page of the list. Every page is a view of its own in the log."""
    found, form = desk_notice(current_actor(), number, at=clock.now()), SealedListForm()

    def show() -> ResponseReturnValue:
        page = number_in(request.form.get("page", "1")) or 1
        opened = open_sealed_list(services(), current_actor(), number, form.reason.data, page, at=clock.now())
        return make_response(_page(form, opened, found.number))

    def ask() -> str:
        return render_template("desk/sealed_lists/ask.html", notice=found, form=form)

    return no_trace(make_response(attempt(form, show, ask)))


def _page(form: SealedListForm, opened: SealedList, number: str) -> str:
    columns = tuple(map(NoticeColumn, opened.head["columns"]))
    return render_template(
        "desk/sealed_lists/sealed_list.html",
        form=form,
        number=number,
        opened=opened,
        columns=columns,
        labels=column_labels(opened.head),
        rows=[(row[0], cells_of(columns, row)) for row in opened.rows],
    )
