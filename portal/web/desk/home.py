"""The desk's first page."""

from flask import Blueprint, render_template

from portal.domain.permissions import Permission
from portal.web.access import current_actor, requires

blueprint = Blueprint("desk_home", __name__, url_prefix="/desk")


@blueprint.get("/")
@requires(Permission.USE_DESK)
def home() -> str:
    """Show who is signed in, for which office, with which roles; the navigation shows what they permit."""
    return render_template("desk/home/home.html", me=current_actor())
