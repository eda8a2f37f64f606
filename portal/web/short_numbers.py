"""What a number in an address may be: no longer than what a database can look for."""

from flask import Flask
from werkzeug.routing import IntegerConverter

LONGEST_NUMBER = 15
"""So many figures fit into every database's integers."""


class ShortNumber(IntegerConverter):
    """`<int:…>` of every route; a longer one is an address that does not exist."""

    regex = rf"\d{{1,{LONGEST_NUMBER}}}"


def install(app: Flask) -> None:
    """Read the numbers of all addresses so; before any route is laid."""
    app.url_map.converters["int"] = ShortNumber


def number_in(text: str) -> int:
    """The number that a query or a hidden field holds; 0, which is no number of anything here, for garbage."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
