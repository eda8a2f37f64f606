"""Settings, rules and keys of this process, for every view."""

from flask import current_app

from portal.usecases.services import Services


def services() -> Services:
    """What use cases need besides the actor and the time; built once by the app."""
    found: Services = current_app.extensions["portal"]
    return found
