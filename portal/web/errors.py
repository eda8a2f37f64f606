"""Pages for everything that can go wrong: what happened, and what to do now. The log gets places, never content."""

from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import LazyString, lazy_gettext
from werkzeug.exceptions import HTTPException

from portal.domain.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    PortalError,
    RefusedError,
    StorageFullError,
    TooManyError,
)
from portal.web.languages import say

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The three sentences of an error page."""

    title: LazyString
    happened: LazyString
    to_do: LazyString


_ = lazy_gettext

PAGES: dict[int, ErrorPage] = {
    400: ErrorPage(
        _("请求不完整"), _("浏览器发来的内容我们看不懂，没有做任何改动。"), _("请返回上一页，刷新后再试一次。")
    ),
    403: ErrorPage(
        _("您不能打开这个页面"),
        _("您的账号没有这一项权限，或者这件事不归您所在的机构办理。"),
        _("如果您认为应当有权限，请联系本单位的系统管理员。"),
    ),
    404: ErrorPage(
        _("没有找到这个页面"),
        _("地址可能抄错了一个字，或者这个页面从来没有过。"),
        _("请核对地址，或者从首页、搜索重新查找。"),
    ),
    405: ErrorPage(
        _("这个地址不能这样用"), _("页面不接受这种操作，没有做任何改动。"), _("请从首页重新进入要办的事项。")
    ),
    409: ErrorPage(
        _("这一步现在不能办"),
        _("在您打开页面之后，另一位工作人员已经改动了它。您的这一步没有生效。"),
        _("请重新打开页面，看过最新内容以后再决定。"),
    ),
    410: ErrorPage(
        _("这项内容已经撤下"),
        _("它曾经公开过，现在已不再公开。"),
        _("想了解情况，请拨打页面下方的电话。"),
    ),
    413: ErrorPage(
        _("文件太大"),
        _("上传的内容超过了允许的大小，没有收下。以前保存的内容都还在。"),
        _("请返回上一页，把文件截短、拆小，或者删去多余的工作表后再上传。"),
    ),
    422: ErrorPage(_("这一步不能办理"), _("提交的内容不符合规定，没有做任何改动。"), _("请返回上一页修改后再提交。")),
    429: ErrorPage(_("操作太频繁"), _("短时间内尝试的次数太多，系统暂时停止受理。"), _("请过一会儿再试。")),
    500: ErrorPage(
        _("系统出了问题"),
        _("这是我们的问题，不是您的错。您刚才的操作可能没有完成。"),
        _("请过几分钟再试；急事请拨打页面下方的电话。"),
    ),
    503: ErrorPage(_("暂时不能提供服务"), _("系统正在准备您要的内容，或者正在维护。"), _("请过一会儿再打开这个页面。")),
}

STATUS_OF_ERROR: dict[type[PortalError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    NotAllowedError: HTTPStatus.FORBIDDEN,
    ConflictError: HTTPStatus.CONFLICT,
    RefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    StorageFullError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
}


def error_page(status: int, happened: str = "") -> Response:
    """The page for a status; `happened` is a sentence that knows more than the general one."""
    page = PAGES.get(status, PAGES[500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400])
    text = render_template("errors/page.html", page=page, happened=happened or page.happened, status=status)
    response = make_response(text, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def status_of(error: PortalError) -> HTTPStatus:
    """The HTTP status that tells a program what a domain error tells a person."""
    for kind in type(error).__mro__:
        if kind in STATUS_OF_ERROR:
            return STATUS_OF_ERROR[kind]
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _on_portal_error(error: PortalError) -> Response:
    return error_page(status_of(error), say(error.message))


def _on_http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    response = _page_or_sentence(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _page_or_sentence(status: int) -> Response:
    """The page; a bare sentence when whatever broke, such as the database, breaks the page as well."""
    try:
        return error_page(status)
    except Exception as error:
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        log.error("error_page_failed", exc_info=error)  # noqa: TRY400 - our log drops the text of the exception
        return Response(f"{PAGES[500].title}\n", status, mimetype="text/plain")


def _log_crash(exc_info: ExcInfo) -> None:
    """Stand in for Flask's own line, whose traceback would repeat the exception's text and so what somebody typed."""
    log.error("request_failed", endpoint=request.endpoint, method=request.method, exc_info=exc_info)


def install(app: Flask) -> None:
    """Answer every failure with a page, and let crashes be logged by place and kind only."""
    app.log_exception = _log_crash  # type: ignore[method-assign, assignment]
    app.register_error_handler(PortalError, _on_portal_error)
    app.register_error_handler(HTTPException, _on_http_error)
