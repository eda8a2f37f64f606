"""In which size the charts of a page are lettered."""

from flask import request

from portal.charts.lettering import LARGE, USUAL, Lettering
from portal.web.modes import Mode, modes_of


def letters() -> Lettering:
    """Large in elder mode, as everything on the page is."""
    return LARGE if Mode.ELDER in modes_of(request.cookies).on else USUAL
