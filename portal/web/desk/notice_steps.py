"""The steps of a notice at the desk, each with a page that says what will happen before it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext

from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.publications import WithdrawalKind
from portal.queries.desk_notice import desk_notice
from portal.usecases import clock, publications
from portal.usecases.idempotency import Sent
from portal.usecases.services import Services
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, conflict_page, done, sent
from portal.web.forms.notices import BypassForm, ReturnForm, ScheduleForm, StepForm, WithdrawForm
from portal.web.services import services

blueprint = Blueprint("desk_steps", __name__, url_prefix="/desk/notices")

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that a verb needs besides the values of its form."""

    services: Services
    actor: Actor
    number: str
    version: int
    at: datetime
    sent: Sent

    @property
    def named(self) -> dict[str, Any]:
        """What every verb of an open revision takes by name."""
        return {"at": self.at, "version": self.version, "sent": self.sent}


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step's page: its words, its form, and the verb that it calls. `consequences` are told before it is done."""

    title: LazyString
    consequences: tuple[LazyString, ...]
    button: LazyString
    form: type[StepForm]
    run: Callable[[Order, Any], object]
    said: LazyString
    tone: str = ""


def _submit(order: Order, _form: StepForm) -> None:
    publications.submit(order.services, order.actor, order.number, **order.named)


def _return(order: Order, form: ReturnForm) -> None:
    publications.return_to_drafter(order.services, order.actor, order.number, form.note.data, **order.named)


def _review(order: Order, _form: StepForm) -> None:
    publications.review(order.services, order.actor, order.number, **order.named)


def _publish(order: Order, _form: StepForm) -> None:
    publications.publish(order.services, order.actor, order.number, **order.named)


def _bypass(order: Order, form: BypassForm) -> None:
    publications.publish(order.services, order.actor, order.number, bypass_reason=form.reason.data, **order.named)


def _schedule(order: Order, form: ScheduleForm) -> None:
    publish_at = form.instant
    if publish_at is None or publish_at <= order.at:
        text = N_("定时发布的时间须晚于现在")
        raise InvalidError(text, fields={"day": Message(text)})
    publications.schedule(order.services, order.actor, order.number, publish_at, **order.named)


def _discard(order: Order, _form: StepForm) -> None:
    publications.discard(order.services, order.actor, order.number, **order.named)


def _withdraw(order: Order, form: WithdrawForm) -> None:
    publications.withdraw(
        order.services, order.actor, order.number, WithdrawalKind(form.kind.data), form.reason.data, at=order.at,
        sent=order.sent,
    )  # fmt: skip


STEPS: dict[str, StepPage] = {
    "submit": StepPage(
        _("送审"), (_("交给审核人以后，您不能再改动，除非被退回。"),), _("送审"), StepForm, _submit, _("已送审。")
    ),
    "return": StepPage(
        _("退回修改"),
        (
            _("退回起草人修改；已有的审核作废，要重新送审。"),
            _("退回的原因只有工作人员能看到，也不要写名单中人的姓名。"),
        ),
        _("退回"),
        ReturnForm,
        _return,
        _("已退回起草人。"),
        "second",
    ),
    "review": StepPage(
        _("审核通过"),
        (_("通过以后由签发人签发。请先逐页看过下面的预览。"),),
        _("审核通过"),
        StepForm,
        _review,
        _("审核通过，等待签发。"),
    ),
    "publish": StepPage(
        _("签发"),
        (_("签发后立即公开，公示期从明天起算，任何改动都要走更正。"), _("请安排各张贴点今天张贴，并登记张贴日期。")),
        _("签发并公开"),
        StepForm,
        _publish,
        _("已公开。请安排张贴并登记。"),
    ),
    "schedule": StepPage(
        _("定时签发"),
        (_("现在签发，到时间自动公开；公示期从公开的第二天起算。"),),
        _("定时签发"),
        ScheduleForm,
        _schedule,
        _("已签发，到时间自动公开。"),
    ),
    "bypass": StepPage(
        _("紧急程序"),
        (_("不经通常的三人办理，由您一人立即公开。"), _("原因会写在公示页面上，所有人都能看到，并记入操作日志。")),
        _("按紧急程序公开"),
        BypassForm,
        _bypass,
        _("已按紧急程序公开。"),
        "danger",
    ),
    "discard": StepPage(
        _("丢弃这份草稿"),
        (_("草稿里的名单和姓名立即删除，不能恢复；编号保留，不再使用。"),),
        _("丢弃"),
        StepForm,
        _discard,
        _("草稿已丢弃。"),
        "danger",
    ),
    "withdraw": StepPage(
        _("撤下这份公示"),
        (
            _("网页、PDF 文件和搜索结果立即消失，不能恢复；要再公开须重新办理。"),
            _("原来的地址只显示：已撤下、性质、时间和您写的原因。"),
            _("正在办理的更正一并作废；名单加密封存，到保存期限销毁。"),
            _("村里张贴的纸质公示要另行通知取下，并登记取下日期。"),
        ),
        _("确认撤下"),
        WithdrawForm,
        _withdraw,
        _("已撤下。请通知各张贴点取下纸质公示。"),
        "danger",
    ),
}


@blueprint.route("/<string:number>/steps/<string:step>", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
def step(number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    page = STEPS.get(step) or abort(404)
    found = desk_notice(current_actor(), number, at=clock.now())
    form, back = page.form(data={"version": found.version}), url_for("desk_notices.notice", number=found.number)

    def act() -> ResponseReturnValue:
        order = Order(services(), current_actor(), found.number, form.version.number, clock.now(), sent(form, back))
        page.run(order, form)
        return done(back, str(page.said))

    def show() -> str:
        return render_template("desk/steps/step.html", notice=found, form=form, page=page, step=step)

    return attempt(form, act, show, too_late=lambda error: conflict_page(found.number, form, error.message))
