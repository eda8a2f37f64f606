"""The log of everything that was done, for auditors."""

from flask import Blueprint, render_template, request, url_for

from portal.domain.permissions import Permission
from portal.queries.audit import audit_page
from portal.web.access import current_actor, requires
from portal.web.forms.notices import SubjectFilterForm
from portal.web.short_numbers import number_in

blueprint = Blueprint("desk_audit_log", __name__)


@blueprint.get("/desk/audit-log")
@requires(Permission.READ_AUDIT_LOG)
def audit_log() -> str:
    """Who did what, newest first; `subject` shows the entries of one thing alone."""
    form = SubjectFilterForm(request.args)
    subject, after = form.subject.data or "", number_in(request.args.get("after", "")) or None
    page = audit_page(current_actor(), subject=subject, after=after)
    older = url_for(".audit_log", subject=subject or None, after=page.after) if page.after else ""
    return render_template("desk/audit_log/audit_log.html", page=page, form=form, older=older)
