"""The desk's first page."""

from flask import Blueprint, render_template

from portal.domain.instants import shanghai_date
from portal.domain.permissions import Permission
from portal.queries.case_clusters import clusters_waiting_for
from portal.queries.case_desks import warnings_within
from portal.queries.desk_cases import counts
from portal.queries.desk_notices import waiting_for
from portal.queries.duties import reminders_for
from portal.queries.identity_requests import to_be_agreed, to_be_opened
from portal.queries.proxy_collectors import overdue_count
from portal.queries.standard_proposals import proposals_waiting_for
from portal.usecases import clock
from portal.web.access import current_actor, requires
from portal.web.services import services

blueprint = Blueprint("desk_home", __name__, url_prefix="/desk")


@blueprint.get("/")
@requires(Permission.USE_DESK)
def home() -> str:
    """What waits for the person, and who is signed in; the navigation shows what the roles permit."""
    actor = current_actor()
    at = clock.now()
    waiting, desks = waiting_for(actor, at=at), warnings_within(actor)
    cases = counts(actor, actor.handles_for, at=at) if actor.may(Permission.SEE_CASES) else None
    duties = reminders_for(actor, services().rulebook.duties, at=at) if actor.may(Permission.SEE_NOTICES) else None
    identities, proxies = (to_be_opened(actor), to_be_agreed(actor)), overdue_count(actor, shanghai_date(at))
    return render_template(
        "desk/home/home.html",
        me=actor,
        waiting=waiting,
        desks=desks,
        duties=duties,
        cases=cases,
        identities=identities,
        proxies=proxies,
        standards=proposals_waiting_for(actor),
        clusters=clusters_waiting_for(actor, services().rulebook, at=at),
    )
