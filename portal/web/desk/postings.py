"""Posting places at the desk: where the notice must hang, when it was hung and taken down."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.permissions import Permission
from portal.queries.desk_notice import Place, desk_notice, posting_places
from portal.usecases import clock
from portal.usecases.postings import record_postings, record_takings_down
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.filters import day
from portal.web.forms.notices import PostingForm, TakingDownForm
from portal.web.services import services

blueprint = Blueprint("desk_postings", __name__, url_prefix="/desk/notices")


@blueprint.route("/<string:number>/postings", methods=["GET", "POST"])
@requires(Permission.RECORD_POSTING)
def postings(number: str) -> ResponseReturnValue:
    """The boards of a notice; several at once are noted as posted."""
    form = PostingForm()
    form.villages.choices = _choices([one for one in _places(number) if one.posted_on is None] or _places(number))

    def record() -> ResponseReturnValue:
        last_on = record_postings(
            services(), current_actor(), number, form.villages.data, form.posted_on.day or abort(400),
            form.posted_by.data, at=clock.now(), sent=sent(form, url_for(".postings", number=number)),
        )  # fmt: skip
        told = _("公示期截止日为 %(day)s。", day=day(last_on)) if last_on else ""
        return done(url_for(".postings", number=number), _("已登记张贴。") + told)

    return attempt(form, record, lambda: _page(number, form))


@blueprint.route("/<string:number>/takings-down", methods=["GET", "POST"])
@requires(Permission.RECORD_POSTING)
def takings_down(number: str) -> ResponseReturnValue:
    """Note from which boards the notice was taken."""
    form = TakingDownForm()
    hanging = [one for one in _places(number) if one.posted_on and not one.taken_down_on]
    form.villages.choices = _choices(hanging)

    def record() -> ResponseReturnValue:
        record_takings_down(
            services(), current_actor(), number, form.villages.data, form.taken_down_on.day or abort(400),
            at=clock.now(), sent=sent(form, url_for(".postings", number=number)),
        )  # fmt: skip
        return done(url_for(".postings", number=number), _("已登记取下。"))

    def page() -> str:
        notice = desk_notice(current_actor(), number, at=clock.now())
        return render_template("desk/postings/takings_down.html", notice=notice, form=form, hanging=hanging)

    return attempt(form, record, page)


def _page(number: str, form: PostingForm) -> str:
    return render_template(
        "desk/postings/postings.html",
        notice=desk_notice(current_actor(), number, at=clock.now()),
        places=_places(number),
        form=form,
    )


def _places(number: str) -> tuple[Place, ...]:
    return posting_places(desk_notice(current_actor(), number, at=clock.now()).publication_id)


def _choices(places: Sequence[Place]) -> list[SelectChoice]:
    return [SelectChoice(place.code, place.name) for place in places]
