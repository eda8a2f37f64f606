"""Every command of `flask --app wsgi …`."""

from flask import Flask

from portal.cli.instance import init
from portal.cli.offices import divisions, offices
from portal.cli.staff import staff


def install(app: Flask) -> None:
    """Hang all groups and commands on the application."""
    for command in (init, staff, offices, divisions):
        app.cli.add_command(command)
