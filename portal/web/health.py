from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from portal.queries import health
from portal.web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """Tell machines whether this process can serve; never cached, says nothing about the host."""
    found = health.health()
    answer = jsonify(status="ok" if found.ready else "unavailable", revision=found.revision)
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if found.ready else 503
