"""Warnings at the desk: what one's offices are warned of, who takes care of it, and why it is so."""

from collections.abc import Mapping

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.permissions import Permission
from portal.domain.wordings import Wording
from portal.queries.case_clusters import CaseCluster, cluster_for, clusters_for, handles_clusters
from portal.queries.warnings import WarningLine, history_of, is_handled_by, warning_for, warnings_for
from portal.usecases import case_clusters, clock
from portal.usecases.warnings import close as close_warning
from portal.usecases.warnings import take_over as take_over_warning
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.base import DeskForm
from portal.web.forms.warnings import CloseForm
from portal.web.languages import worded
from portal.web.services import services

blueprint = Blueprint("desk_warnings", __name__, url_prefix="/desk/warnings")


@blueprint.get("/")
@requires(Permission.SEE_WARNINGS)
def warnings() -> str:
    """Every warning of one's offices, open ones first, the nearest deadline before the others."""
    actor, at, rulebook = current_actor(), clock.now(), services().rulebook
    lines, clusters = warnings_for(actor, rulebook, at=at), clusters_for(actor, rulebook, at=at)
    rule = rulebook.warnings.clusters
    return render_template("desk/warnings/warnings.html", lines=lines, clusters=clusters, rule=rule)


@blueprint.get("/<int:warning_id>")
@requires(Permission.SEE_WARNINGS)
def warning(warning_id: int) -> str:
    """Both sides of one warning, and what has happened to it."""
    return _page(_found(warning_id), DeskForm())


@blueprint.post("/<int:warning_id>/take-over")
@requires(Permission.HANDLE_WARNINGS)
def take_over(warning_id: int) -> ResponseReturnValue:
    """Become its owner."""
    line, form, back = _found(warning_id), DeskForm(), url_for(".warning", warning_id=warning_id)

    def take() -> ResponseReturnValue:
        take_over_warning(current_actor(), warning_id, at=clock.now(), sent=sent(form, back))
        return done(back, _("这条预警现在由您负责。"))

    return attempt(form, take, lambda: _page(line, form))


@blueprint.route("/<int:warning_id>/close", methods=["GET", "POST"])
@requires(Permission.HANDLE_WARNINGS)
def close(warning_id: int) -> ResponseReturnValue:
    """Give the reason; the public reads it where the figures stand."""
    line, form, back = _found(warning_id), CloseForm(), url_for(".warning", warning_id=warning_id)
    form.reason.choices = _choices(services().rulebook.warnings.reasons)

    def explain() -> ResponseReturnValue:
        given, claim = (form.reason.data, form.words.data), sent(form, back)
        close_warning(services(), current_actor(), warning_id, *given, at=clock.now(), sent=claim)
        return done(back, _("原因已经写明。"))

    return attempt(form, explain, lambda: render_template("desk/warnings/close.html", line=line, form=form))


@blueprint.get("/clusters/<string:key>")
@requires(Permission.SEE_WARNINGS)
def cluster(key: str) -> str:
    """What piles up on one office or township before the reader's eyes, and what has been done about it."""
    return _cluster_page(_found_cluster(key), DeskForm())


@blueprint.post("/clusters/<string:key>/take-over")
@requires(Permission.HANDLE_WARNINGS)
def take_over_cluster(key: str) -> ResponseReturnValue:
    """Become its owner."""
    line, form, back = _found_cluster(key), DeskForm(), url_for(".cluster", key=key)

    def take() -> ResponseReturnValue:
        case_clusters.take_over(services(), current_actor(), key, at=clock.now(), sent=sent(form, back))
        return done(back, _("这条预警现在由您负责。"))

    return attempt(form, take, lambda: _cluster_page(line, form))


@blueprint.route("/clusters/<string:key>/close", methods=["GET", "POST"])
@requires(Permission.HANDLE_WARNINGS)
def close_cluster(key: str) -> ResponseReturnValue:
    """Give the reason; only those read it who see every case that it is about."""
    line, form, back = _found_cluster(key), CloseForm(), url_for(".cluster", key=key)
    form.reason.choices = _choices(services().rulebook.warnings.clusters.reasons)

    def explain() -> ResponseReturnValue:
        given, claim = (form.reason.data, form.words.data), sent(form, back)
        case_clusters.close(services(), current_actor(), key, *given, at=clock.now(), sent=claim)
        return done(back, _("原因已经写明。"))

    return attempt(form, explain, lambda: render_template("desk/warnings/close_cluster.html", line=line, form=form))


def _found(warning_id: int) -> WarningLine:
    return warning_for(current_actor(), warning_id, services().rulebook, at=clock.now())


def _page(line: WarningLine, form: DeskForm) -> str:
    may_handle, history = is_handled_by(current_actor()), history_of(line.id)
    page = "desk/warnings/warning.html"
    return render_template(page, line=line, form=form, history=history, may_handle=may_handle, me=current_actor())


def _choices(reasons: Mapping[str, Wording]) -> list[SelectChoice]:
    named = (SelectChoice(code, worded(reason)) for code, reason in reasons.items())
    return [SelectChoice("", _("请选择")), *named]


def _found_cluster(key: str) -> CaseCluster:
    return cluster_for(current_actor(), key, services().rulebook, at=clock.now())


def _cluster_page(line: CaseCluster, form: DeskForm) -> str:
    may_handle, rule = handles_clusters(current_actor()), services().rulebook.warnings.clusters
    page = "desk/warnings/cluster.html"
    return render_template(page, line=line, form=form, may_handle=may_handle, me=current_actor(), rule=rule)
