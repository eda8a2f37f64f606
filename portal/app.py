"""The one place that knows every part of the portal and puts them together."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask
from flask_migrate import Migrate
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import logs
from portal.cli import main as cli
from portal.config import ROOT, Settings, settings_from
from portal.domain.instants import shanghai_date
from portal.models import transaction
from portal.models.base import db
from portal.models.schema import MIGRATIONS
from portal.queries import site
from portal.queries.rulebook import Rulebook, read_rulebook
from portal.sealing.keys import open_keyring
from portal.search.whoosh_engine import WhooshEngine
from portal.usecases import clock
from portal.usecases.services import Services
from portal.web import (
    access,
    allocation_pages,
    assets,
    case_pages,
    duty_pages,
    errors,
    filters,
    frame,
    headers,
    health,
    incoming,
    labels,
    languages,
    metrics,
    payment_pages,
    register_pages,
    short_numbers,
    warning_pages,
)
from portal.web.desk import (
    account,
    accounts,
    allocations,
    audit_log,
    budgets,
    case_desks,
    case_filters,
    case_letters,
    case_publication_steps,
    case_publications,
    case_registers,
    case_steps,
    cases,
    clarifications,
    components,
    delegations,
    documents,
    duties,
    ended_visits,
    hidden_rows,
    home,
    identity_requests,
    notice_steps,
    offices,
    payment_uploads,
    payments,
    postings,
    proxy_collectors,
    publication_steps,
    registers,
    registrations,
    sealed_lists,
    sign_in,
    standards,
    village_prints,
    visits,
    warnings,
)
from portal.web.desk import notices as desk_notices
from portal.web.desk import uploads as desk_uploads
from portal.web.page_cache import PageCache
from portal.web.prefix import Prefix
from portal.web.public import allocations as public_allocations
from portal.web.public import archive, case_statistics, intake, modes, notices, pages, places, progress
from portal.web.public import budgets as public_budgets
from portal.web.public import cases as public_cases
from portal.web.public import documents as public_documents
from portal.web.public import duties as public_duties
from portal.web.public import fund_comparisons as public_fund_comparisons
from portal.web.public import fund_figures as public_fund_figures
from portal.web.public import funds as public_funds
from portal.web.public import home as public_home
from portal.web.public import payments as public_payments
from portal.web.public import registers as public_registers
from portal.web.public import standards as public_standards
from portal.web.public import warnings as public_warnings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.blueprint,
    metrics.blueprint,
    modes.blueprint,
    notices.blueprint,
    public_documents.blueprint,
    public_allocations.blueprint,
    public_budgets.blueprint,
    public_payments.blueprint,
    public_registers.blueprint,
    public_fund_comparisons.blueprint,
    public_fund_figures.blueprint,
    public_funds.blueprint,
    public_standards.blueprint,
    public_warnings.blueprint,
    public_duties.blueprint,
    pages.blueprint,
    public_home.blueprint,
    places.blueprint,
    archive.blueprint,
    public_cases.blueprint,
    intake.blueprint,
    case_statistics.blueprint,
    progress.blueprint,
    sign_in.blueprint,
    home.blueprint,
    account.blueprint,
    offices.blueprint,
    accounts.blueprint,
    case_desks.blueprint,
    identity_requests.blueprint,
    clarifications.blueprint,
    delegations.blueprint,
    documents.blueprint,
    duties.blueprint,
    allocations.blueprint,
    budgets.blueprint,
    payments.blueprint,
    payment_uploads.blueprint,
    registers.blueprint,
    standards.blueprint,
    warnings.blueprint,
    case_publications.blueprint,
    case_publication_steps.blueprint,
    desk_notices.blueprint,
    desk_uploads.blueprint,
    notice_steps.blueprint,
    postings.blueprint,
    proxy_collectors.blueprint,
    publication_steps.blueprint,
    registrations.blueprint,
    hidden_rows.blueprint,
    village_prints.blueprint,
    sealed_lists.blueprint,
    case_filters.blueprint,
    case_letters.blueprint,
    case_registers.blueprint,
    cases.blueprint,
    case_steps.blueprint,
    audit_log.blueprint,
    components.blueprint,
)


def create_app(settings: Settings | None = None, rulebook: Rulebook | None = None) -> Flask:
    """Build the application for one instance folder; its rules are read there unless they are given."""
    settings = settings or settings_from()
    logs.configure(settings.log_level)
    app = Flask(
        "portal",
        root_path=str(Path(__file__).parent),
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        WTF_I18N_ENABLED=False,
        WTF_CSRF_TIME_LIMIT=None,
        SITE_COOKIE_PATH=settings.url_prefix + "/",
        # Only the desk has a session: it carries form tokens and messages, and no public page ever sees it.
        SESSION_COOKIE_NAME="desk_form",
        SESSION_COOKIE_PATH=settings.url_prefix + "/desk",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    settings.instance.mkdir(parents=True, exist_ok=True)
    keyring = open_keyring(settings.keys, create=True)
    rulebook = rulebook or read_rulebook(settings.rules)
    app.extensions["portal"] = Services(settings, rulebook, keyring, WhooshEngine(settings.index))
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    cli.install(app)
    app.secret_key = keyring.key("sessions")
    with app.app_context():
        engine = db.engine
    transaction.install(engine)
    _install_pages(app, settings)
    _install_middleware(app, settings, engine)
    return app


def _install_pages(app: Flask, settings: Settings) -> None:
    """What every page shares, then the pages themselves."""
    figures = (allocation_pages, case_pages, duty_pages, payment_pages, register_pages, warning_pages)
    for part in (short_numbers, languages, filters, labels, *figures, assets, errors, incoming):
        part.install(app)
    headers.install(app, https=settings.secure_cookies)
    frame.install(app, settings, lambda: site.site().demo)
    access.install(app, visits.actor_of_request, ended_visits.turn_away)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _install_middleware(app: Flask, settings: Settings, engine: Engine) -> None:
    """Around Flask, from the inside out: kept pages, the path prefix, the proxy's own headers."""
    wsgi: WSGIApplication = PageCache(app.wsgi_app, site.revision_reader(engine), lambda: shanghai_date(clock.now()))
    wsgi = Prefix(wsgi, settings.url_prefix)
    hops = settings.trusted_proxies
    if hops:
        wsgi = ProxyFix(wsgi, x_for=hops, x_proto=hops, x_host=hops)
    app.wsgi_app = wsgi  # type: ignore[method-assign]
