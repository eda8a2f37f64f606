"""The steps of a publication at the desk, each with a page that says what will happen before it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.domain.publications import WithdrawalKind
from portal.queries.desk_publications import DeskPublication
from portal.usecases import clock, publications
from portal.web.access import current_actor
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.documents import BypassForm, ReturnForm, StepForm, WithdrawForm
from portal.web.services import services

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step's page: its words, its form, the verb, and the values of the form that the verb takes by name."""

    title: LazyString
    consequence: LazyString
    said: LazyString
    run: Callable[..., object]
    form: type[StepForm] = StepForm
    values: Callable[[Any], Values] = lambda _form: {}
    versioned: bool = True
    tone: str = ""


STEPS: Mapping[str, StepPage] = {
    "submit": StepPage(
        _("提交审核"), _("交给审核人以后，您不能再改动，除非被退回。"), _("已送审。"), publications.submit
    ),
    "return": StepPage(
        _("退回修改"),
        _("退回起草人修改；已有的审核作废，要重新送审。"),
        _("已退回起草人。"),
        publications.return_to_drafter,
        ReturnForm,
        lambda form: {"note": form.note.data},
        tone="second",
    ),
    "review": StepPage(
        _("审核通过"), _("通过以后由签发人签发。请先看过全文。"), _("审核通过，等待签发。"), publications.review
    ),
    "publish": StepPage(_("签发公开"), _("签发后立即公开，任何改动都要走更正。"), _("已公开。"), publications.publish),
    "bypass": StepPage(
        _("紧急程序"),
        _("不经通常的三人办理，由您一人立即公开；原因写在页面上，所有人都能看到。"),
        _("已按紧急程序公开。"),
        publications.publish,
        BypassForm,
        lambda form: {"bypass_reason": form.reason.data},
        tone="danger",
    ),
    "discard": StepPage(
        _("作废这份草稿"),
        _("草稿立即删除，不能恢复；编号保留，不再使用。"),
        _("草稿已作废。"),
        publications.discard,
        tone="danger",
    ),
    "withdraw": StepPage(
        _("撤下这份文件"),
        _("网页、PDF 文件和搜索结果立即消失，不能恢复；原来的地址只显示性质、时间和您写的原因。"),
        _("已撤下。"),
        publications.withdraw,
        WithdrawForm,
        lambda form: {"kind": WithdrawalKind(form.kind.data), "reason": form.reason.data},
        versioned=False,
        tone="danger",
    ),
}


def answer_step(page: StepPage, found: DeskPublication, back: str) -> ResponseReturnValue:
    """Say what a step will do, and do it; `back` is the page of the publication itself."""
    form = page.form(data={"version": found.version})

    def act() -> ResponseReturnValue:
        _take(page, form, found.number, back)
        return done(back, str(page.said))

    def show() -> str:
        action = url_for(request.endpoint or "", **(request.view_args or {}))
        return render_template(
            "desk/publication_steps/step.html", found=found, form=form, page=page, action=action, back=back
        )

    return attempt(form, act, show)


def _take(page: StepPage, form: StepForm, number: str, back: str) -> None:
    """Take the step of a page with what its form holds."""
    seen = {"version": form.version.number} if page.versioned else {}
    named = {**page.values(form), **seen, "at": clock.now(), "sent": sent(form, back)}
    page.run(services(), current_actor(), number, **named)
