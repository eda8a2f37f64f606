"""The plain pages: what the site is, how to use it, what it keeps; and what machines read about it."""

from datetime import timedelta

from flask import Blueprint, Response, abort, render_template, request

from portal.domain.documents import DocumentCategory
from portal.domain.instants import shanghai_date
from portal.domain.publications import Area
from portal.queries.divisions import division_tree
from portal.queries.documents import DocumentFilters, document_page
from portal.queries.publications import numbers_in_lists
from portal.usecases import clock
from portal.web.access import public
from portal.web.addresses import outside
from portal.web.services import services

blueprint = Blueprint("public_pages", __name__)

PLAIN = (
    "public_home.home",
    "public_places.index",
    "public_documents.index",
    "public_funds.index",
    "public_standards.index",
    "public_budgets.index",
    "public_allocations.index",
    "public_registers.index",
    "public_duties.index",
    "public_cases.index",
    "public_case_statistics.statistics",
    ".about",
    ".help_page",
    ".privacy",
    ".accessibility",
    ".site_map",
)
"""The views that a search engine may know besides documents and answers: none of them shows a list of people."""

IN_SITEMAP = (
    (Area.DOCUMENTS, "public_documents.document"),
    (Area.CASES, "public_cases.answer"),
    (Area.ALLOCATIONS, "public_allocations.allocation"),
    (Area.BUDGETS, "public_budgets.budget"),
    (Area.PAYMENTS, "public_payments.payment"),
    (Area.REGISTERS, "public_registers.register"),
)
MOST_IN_SITE_MAP = 50
CONTACT_HOLDS = timedelta(days=180)


@blueprint.get("/about/")
@public
def about() -> str:
    """What the portal is, what 全面 means, how to check it."""
    return render_template("public/pages/about.html")


@blueprint.get("/help/")
@public
def help_page() -> str:
    """How to find one's village, read a notice, object, and whom to call."""
    return render_template("public/pages/help.html")


@blueprint.get("/privacy/")
@public
def privacy() -> str:
    """What is kept about whom, and what never is."""
    hours = services().rulebook.policies.hidden_row_review_hours
    return render_template("public/pages/privacy.html", hours=hours)


@blueprint.get("/accessibility/")
@public
def accessibility() -> str:
    """How the site can be used by everybody, and where it still falls short."""
    return render_template("public/pages/accessibility.html")


@blueprint.get("/sitemap/")
@public
def site_map() -> str:
    """Every part of the site on one page."""
    tree = division_tree()
    return render_template(
        "public/pages/site_map.html",
        counties=tree.below(tree.city.code),
        categories=list(DocumentCategory),
        documents=document_page(DocumentFilters(), at=clock.now(), size=MOST_IN_SITE_MAP),
    )


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Keep search engines away from every list of people, from searches and from the desk."""
    text = render_template("public/pages/robots.txt", root=request.script_root, sitemap=outside(".sitemap"))
    return Response(text, mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The plain pages, documents and published answers; notices with lists of people stand in no sitemap."""
    addresses = [outside(view) for view in PLAIN]
    for area, view in IN_SITEMAP:
        addresses += [outside(view, number=number) for number in numbers_in_lists(clock.now(), area)]
    return Response(render_template("public/pages/sitemap.xml", addresses=addresses), mimetype="application/xml")


@blueprint.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell of a hole in the site (RFC 9116), when the operator has said so."""
    contact = services().settings.security_contact or abort(404)
    expires_on = shanghai_date(clock.now()) + CONTACT_HOLDS
    text = render_template(
        "public/pages/security.txt", contact=contact, expires_on=expires_on, canonical=outside(".security")
    )
    return Response(text, mimetype="text/plain")
