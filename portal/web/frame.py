"""What stands around every page: site name, modes, navigation, help, footer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf.csrf import generate_csrf

from portal.config import Settings
from portal.domain.permissions import Actor, Permission
from portal.domain.staff import IDLE
from portal.web.access import PUBLIC, SIGNED_IN, declared_access
from portal.web.labels import label
from portal.web.languages import HTML_LANG, current_language
from portal.web.modes import Mode, modes_of
from portal.web.public.modes import link as mode_link

SITE_NAME = lazy_gettext("济宁市社会救助资金公开与投诉举报平台")
SITE_SHORT_NAME = lazy_gettext("济宁社会救助公开")
DESK = "/desk/"
SPEAK_UP = "/cases/new/"
WARN_BEFORE = timedelta(minutes=5)
"""So long before an idle session ends its page says so; twenty seconds is the least that WCAG 2.2.1 asks for."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the frame; `current` when the page lies below it, `exact` when it is the page itself."""

    label: str
    url: str
    current: bool = False
    exact: bool = False


# Addresses bind (they are printed, and linked from outside), so they name the entries; what no view serves is left out.
FUNDS = "/funds/"
MONEY = (FUNDS, "/budgets/", "/allocations/", "/payments/", "/registers/")
"""What lies behind 看钱."""
PUBLIC_NAV: tuple[tuple[str, LazyString], ...] = (
    ("/notices/", lazy_gettext("看村里公示")),
    ("/places/mine", lazy_gettext("我的村")),
    (FUNDS, lazy_gettext("看钱")),
    ("/cases/new/", lazy_gettext("我要反映")),
    ("/cases/progress", lazy_gettext("查办理结果")),
    ("/cases/", lazy_gettext("看办理情况")),
    ("/documents/", lazy_gettext("查政策")),
    ("/search", lazy_gettext("搜索")),
    ("/help/", lazy_gettext("怎么用")),
)
DESK_NAV: tuple[tuple[str, LazyString], ...] = (
    ("/desk/", lazy_gettext("待办")),
    ("/desk/notices/", lazy_gettext("公示")),
    ("/desk/cases/", lazy_gettext("诉求件")),
    ("/desk/documents/", lazy_gettext("政策文件")),
    ("/desk/budgets/", lazy_gettext("预算决算")),
    ("/desk/allocations/", lazy_gettext("资金分配")),
    ("/desk/payments/", lazy_gettext("资金发放")),
    ("/desk/registers/", lazy_gettext("资金登记")),
    ("/desk/standards/", lazy_gettext("保障标准")),
    ("/desk/warnings/", lazy_gettext("风险预警")),
    ("/desk/duties/", lazy_gettext("公开目录")),
    ("/desk/case-publications/", lazy_gettext("公开答复")),
    ("/desk/cases/new", lazy_gettext("登记来电来信")),
    ("/desk/identity-requests/", lazy_gettext("身份申请")),
    ("/desk/clarifications/", lazy_gettext("澄清")),
    ("/desk/proxy-collectors/", lazy_gettext("委托代领")),
    ("/desk/delegations/", lazy_gettext("代办（A/B角）")),
    ("/desk/offices/", lazy_gettext("机构")),
    ("/desk/accounts/", lazy_gettext("账号")),
    ("/desk/case-desks/", lazy_gettext("受理台密钥")),
    ("/desk/audit-log", lazy_gettext("操作日志")),
    ("/desk/account/", lazy_gettext("我的账号")),
)
FOOT_NAV: tuple[tuple[str, LazyString], ...] = (
    ("/about/", lazy_gettext("关于本站")),
    ("/help/", lazy_gettext("使用帮助")),
    ("/privacy/", lazy_gettext("隐私说明")),
    ("/accessibility/", lazy_gettext("无障碍说明")),
    ("/duties/", lazy_gettext("公开目录落实情况")),
    ("/sitemap/", lazy_gettext("网站地图")),
)


def install(app: Flask, settings: Settings, is_demo: Callable[[], bool]) -> None:
    """Give the base templates what they show; `is_demo` tells whether the content is sample data."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    app.jinja_env.globals["csrf_token"] = generate_csrf  # for the sign-out button that stands on every desk page

    @app.context_processor
    def frame() -> dict[str, Any]:
        at_desk = request.path.startswith(DESK)
        return {
            "site": settings.site,
            "site_name": SITE_NAME,
            "site_short_name": SITE_SHORT_NAME,
            "site_domain": urlsplit(settings.public_url).netloc,
            "html_lang": HTML_LANG[current_language()],
            "home_url": request.script_root + "/",
            "desk_home_url": request.script_root + DESK,
            "demo": is_demo(),
            "modes": modes_of(request.cookies),
            "mode_links": _mode_links(),
            "nav_links": _links(DESK_NAV if at_desk else PUBLIC_NAV),
            "foot_links": _links(FOOT_NAV),
            "speak_up_url": _url(SPEAK_UP),
            "at_desk": at_desk,
            "actor": g.get("actor") if at_desk else None,
            "sign_out_url": _url("/desk/sign-out"),
            "session_warning_after": int((IDLE - WARN_BEFORE).total_seconds()),
        }


def _mode_links() -> list[Link]:
    modes = modes_of(request.cookies)
    links = []
    for mode in Mode:
        is_on = mode in modes.on
        text = gettext("退出%(mode)s", mode=label(mode)) if is_on else str(label(mode))
        links.append(Link(text, mode_link(mode, on=not is_on)))
    return links


def _links(entries: tuple[tuple[str, LazyString], ...]) -> list[Link]:
    here = max((rule for rule, _text in entries if _is_above(rule)), key=len, default="")
    return [
        Link(str(text), url, current=rule == here, exact=rule == request.path)
        for rule, text in entries
        if (url := _url(rule))
    ]


def _is_above(rule: str) -> bool:
    """Whether the page lies at or below an entry; of several the nearest one is the page's own."""
    below = MONEY if rule == FUNDS else rule.removesuffix("mine")
    return request.path == rule or (rule != DESK and request.path.startswith(below))


def _url(rule: str) -> str:
    """The address of a fixed rule; empty when no view serves it or the actor may not use it."""
    endpoint = _endpoints().get(rule)
    if endpoint is None or not _open_to(g.get("actor"), declared_access(endpoint)):
        return ""
    return url_for(endpoint)


def _open_to(actor: Actor | None, access: str | None) -> bool:
    if access in {PUBLIC, None}:
        return access == PUBLIC
    return actor is not None and (access == SIGNED_IN or actor.may(Permission(access)))


def _endpoints() -> dict[str, str]:
    """Every address without places to fill, with its view; read once, when all views are known."""
    known: dict[str, str] | None = current_app.extensions.get("portal.endpoints")
    if known is None:
        known = {rule.rule: rule.endpoint for rule in current_app.url_map.iter_rules() if not rule.arguments}
        current_app.extensions["portal.endpoints"] = known
    return known
