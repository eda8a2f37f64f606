"""Handing in a table of money at the desk: a new one, or the correction of a public one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.permissions import Actor, Permission
from portal.domain.publications import WithdrawalKind
from portal.usecases import clock
from portal.usecases.notice_imports import Imported, Upload
from portal.web import uploads
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, sent
from portal.web.desk.publication_pages import DeskPages, import_answer
from portal.web.forms.tables import TableCorrectionForm, TableForm
from portal.web.services import services


@dataclass(frozen=True, slots=True)
class TableImport:
    """How an area takes a table: its form for a new one, which gives the order, and how it reads by both.

    `find` gives a public one for its correction, `corrected` what that takes over from it.
    """

    pages: DeskPages
    form: Callable[[], Any]
    read: Callable[[Any, Any], ResponseReturnValue]
    find: Callable[[Actor, str], Any]
    corrected: Callable[[Any, WithdrawalKind, str], Any]
    correction: Callable[[], Any] = TableCorrectionForm


def add_imports(blueprint: Blueprint, told: TableImport) -> None:
    """Lay the addresses of a new table and of a correction."""
    blueprint.before_request(_take_more)
    views = (("/new", "new", _new(told)), ("/<string:number>/correct", "correct", _correct(told)))
    for rule, endpoint, view in views:
        guarded = requires(Permission.DRAFT)(view)
        blueprint.add_url_rule(rule, endpoint, guarded, methods=["GET", "POST"])


def _new(told: TableImport) -> Callable[[], ResponseReturnValue]:
    def new() -> ResponseReturnValue:
        """Hand in a table: it becomes a draft, or a report of everything that is wrong with it."""
        form = told.form()

        def page() -> str:
            return render_template(f"desk/{told.pages.area}/new.html", form=form)

        return attempt(form, lambda: told.read(form, form.order), page)

    return new


def _correct(told: TableImport) -> Callable[[str], ResponseReturnValue]:
    def correct(number: str) -> ResponseReturnValue:
        """Open a correction of a public one with a new table."""
        known, form = told.find(current_actor(), number), told.correction()

        def read() -> ResponseReturnValue:
            return told.read(form, told.corrected(known, WithdrawalKind(form.kind.data), form.note.data or ""))

        def page() -> str:
            return render_template(
                f"desk/{told.pages.area}/correct.html", told=told.pages, form=form, number=known.number
            )

        return attempt(form, read, page)

    return correct


def _take_more() -> None:
    """A table that is too large gets its own sentence, in the form as it was filled in."""
    uploads.allow(request, is_file=True)


def at_once(pages: DeskPages, verb: Callable[..., Imported]) -> Callable[[TableForm, Any], ResponseReturnValue]:
    """Read a table while the clerk waits, by the verb of its area."""

    def read(form: TableForm, order: Any) -> ResponseReturnValue:
        """To the draft, or to the report; the file is kept nowhere. A draft's number is known when it is stored."""
        name, content = uploads.sheet(request)
        keyed = sent(form, url_for("." + pages.area) + "{number}")
        upload = Upload(name[-120:], content)
        outcome = verb(services(), current_actor(), upload, order, at=clock.now(), sent=keyed)
        return import_answer(pages, outcome, order.corrects)

    return read
