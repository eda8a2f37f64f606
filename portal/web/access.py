"""Who may use a route. Every view declares it; a view that does not is never served."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from werkzeug.wrappers import Response

from portal.domain.permissions import Actor, Permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "PUBLIC"
SIGNED_IN = "SIGNED_IN"
SIGNING_IN = "SIGNING_IN"


def public(view: View) -> View:
    """Declare a view open to everybody; it gets no session and sets no token."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signing_in(view: View) -> View:
    """Declare a step of signing in: open to everybody, but a page of the desk with its form tokens."""
    view.access = SIGNING_IN  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Declare a view open to every signed-in member of staff (own account, sign-out)."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a desk view needs; the scope is asked by its query."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(endpoint: str | None) -> str | None:
    """What the view of an endpoint declares, or nothing."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "access", None)


def current_actor() -> Actor:
    """The signed-in member of staff; only views that declare a permission may ask."""
    actor: Actor = g.actor
    return actor


def install(app: Flask, actor_of_request: Callable[[], Actor | None], turn_away: Callable[[], Response]) -> None:
    """Ask the declaration before every request; deny what declares nothing, and turn away who is not signed in."""
    public(app.view_functions["static"])

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None
        access = declared_access(request.endpoint)
        if access == PUBLIC:
            return None
        if access is None:
            abort(403)
        actor = actor_of_request()  # also binds the forms' tokens to the session, before any form is made
        if access == SIGNING_IN:
            return None
        g.actor = actor
        if g.actor is None:
            return turn_away()
        if access != SIGNED_IN and not g.actor.may(Permission(access)):
            abort(403)
        return None

    @app.after_request
    def keep_inside(response: Response) -> Response:
        """Nothing of the desk stays in a browser's store, where the next person at the machine would find it."""
        if declared_access(request.endpoint) not in {PUBLIC, None}:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
