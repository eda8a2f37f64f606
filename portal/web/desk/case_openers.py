"""The desks that the browser of a request has unlocked."""

from portal.usecases.case_sealing import DeskOpener
from portal.usecases.desk_keys import unlocked_desks
from portal.web.access import current_actor
from portal.web.desk.visits import current_visit, token_of_request


def opener() -> DeskOpener:
    """The desks that this browser's session has unlocked; none for most, and then tip-offs stay closed."""
    return unlocked_desks(current_actor(), current_visit().session_id, token_of_request())
