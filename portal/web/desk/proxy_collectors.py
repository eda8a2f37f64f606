"""委托代领 at the desk: the register without names, entering, reading names with a purpose, reviewing, ending."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.instants import shanghai_date
from portal.domain.permissions import Permission
from portal.domain.proxy_collectors import ReadingPurpose
from portal.queries.divisions import children_of
from portal.queries.proxy_collectors import MOST, ProxyLine, proxies_within, proxy_of
from portal.usecases import clock
from portal.usecases.proxy_collectors import end_proxy, flags_for, read_names, register_proxy, review_proxy
from portal.usecases.proxy_consents import keep_consent
from portal.usecases.proxy_consents import open_consent as open_scan
from portal.web import uploads
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.proxy_collectors import ConsentForm, EndForm, ProxyForm, ReadingForm, ReviewForm
from portal.web.headers import no_trace, sealed_download
from portal.web.services import services

blueprint = Blueprint("desk_proxy_collectors", __name__, url_prefix="/desk/proxy-collectors")


@blueprint.before_request
def take_more() -> None:
    """What is too large gets its own sentence, in the form as it was filled in."""
    uploads.allow(request, is_file=request.endpoint == f"{blueprint.name}.consent")


@blueprint.get("/")
@requires(Permission.SEE_PROXY_COLLECTORS)
def proxy_collectors() -> str:
    """Every entry of the actor's offices, overdue reviews first and red."""
    only_due = "due" in request.args
    lines = proxies_within(current_actor(), shanghai_date(clock.now()), only_due=only_due)
    page = "desk/proxy_collectors/proxy_collectors.html"
    return render_template(page, lines=lines, only_due=only_due, most=MOST, me=current_actor())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def new() -> ResponseReturnValue:
    """Enter who collects for whom."""
    form = ProxyForm()
    places = [SelectChoice(one.code, one.display_name) for one in children_of(current_actor().division_code)]
    form.division_code.choices = [SelectChoice("", _("请选择")), *places]

    def register() -> ResponseReturnValue:
        claim = sent(form, url_for(".proxy_collectors") + "{number}")
        number = register_proxy(services(), current_actor(), form.entry, at=clock.now(), sent=claim)
        return done(url_for(".proxy_collector", number=number), _("已经登记，等另一位同事审核。"))

    page = "desk/proxy_collectors/new.html"
    return no_trace(make_response(attempt(form, register, lambda: render_template(page, form=form))))


@blueprint.get("/<string:number>")
@requires(Permission.SEE_PROXY_COLLECTORS)
def proxy_collector(number: str) -> str:
    """One entry without its names, and what may be done with it."""
    line = _line(number)
    return render_template("desk/proxy_collectors/proxy_collector.html", line=line, me=current_actor())


@blueprint.route("/<string:number>/names", methods=["GET", "POST"])
@requires(Permission.SEE_PROXY_COLLECTORS)
def names(number: str) -> ResponseReturnValue:
    """Ask for what; then show the names. Every reading stands in the log."""
    line, form = _line(number), ReadingForm()

    def show() -> ResponseReturnValue:
        purpose = ReadingPurpose(form.purpose.data)
        told = read_names(services(), current_actor(), number, purpose, at=clock.now())
        return make_response(render_template("desk/proxy_collectors/names.html", line=line, told=told))

    def ask() -> str:
        return render_template("desk/proxy_collectors/ask.html", line=line, form=form)

    return no_trace(make_response(attempt(form, show, ask)))


@blueprint.route("/<string:number>/consent", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def consent(number: str) -> ResponseReturnValue:
    """Keep the scan of the written consent, in place of a former one."""
    line, form, back = _line(number), ConsentForm(), url_for(".proxy_collector", number=number)

    def keep() -> ResponseReturnValue:
        ((name, content),) = uploads.sent_files(request)
        keep_consent(services(), current_actor(), number, name, content, at=clock.now(), sent=sent(form, back))
        return done(back, _("委托书扫描件已经加密保存。"))

    return attempt(form, keep, lambda: render_template("desk/proxy_collectors/consent.html", line=line, form=form))


@blueprint.route("/<string:number>/consent/open", methods=["GET", "POST"])
@requires(Permission.SEE_PROXY_COLLECTORS)
def open_consent(number: str) -> ResponseReturnValue:
    """Ask for what; then give the scan out. Every look stands in the log."""
    line, form = _line(number), ReadingForm()

    def give() -> ResponseReturnValue:
        purpose = ReadingPurpose(form.purpose.data)
        opened = open_scan(services(), current_actor(), number, purpose, at=clock.now())
        return sealed_download(opened.pieces, opened.media_type, f"{number}.{opened.extension}")

    def ask() -> str:
        return render_template("desk/proxy_collectors/open_consent.html", line=line, form=form)

    return no_trace(make_response(attempt(form, give, ask)))


@blueprint.route("/<string:number>/review", methods=["GET", "POST"])
@requires(Permission.REVIEW)
def review(number: str) -> ResponseReturnValue:
    """Agree, or find that it still holds; what stands out is pointed out."""
    line, form = _line(number), ReviewForm()

    def decide() -> ResponseReturnValue:
        back, holds = url_for(".proxy_collector", number=number), form.holds.data == "yes"
        review_proxy(services(), current_actor(), number, holds=holds, at=clock.now(), sent=sent(form, back))
        return done(back, _("审核意见已经记下。"))

    def page() -> str:
        flags = flags_for(services(), current_actor(), number)
        return render_template("desk/proxy_collectors/review.html", line=line, form=form, flags=flags)

    return attempt(form, decide, page)


@blueprint.route("/<string:number>/end", methods=["GET", "POST"])
@requires(Permission.SEE_PROXY_COLLECTORS)
def end(number: str) -> ResponseReturnValue:
    """End an entry and say why."""
    line, form = _line(number), EndForm()

    def stop() -> ResponseReturnValue:
        back = url_for(".proxy_collector", number=number)
        end_proxy(services(), current_actor(), number, form.chosen, at=clock.now(), sent=sent(form, back))
        return done(back, _("代领登记已经结束。"))

    return attempt(form, stop, lambda: render_template("desk/proxy_collectors/end.html", line=line, form=form))


def _line(number: str) -> ProxyLine:
    return proxy_of(current_actor(), number, shanghai_date(clock.now()))
