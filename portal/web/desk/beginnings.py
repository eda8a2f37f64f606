"""A form that somebody opens from a list of what has to be done begins with what the list knows of it."""

from flask import request


def begun(*names: str) -> dict[str, str]:
    """What the address of a form says of some of its fields; a choice that a form does not have chooses nothing."""
    return {name: value for name in names if (value := request.args.get(name, ""))}
