"""What pages of a case say in plain words: each event's facts, why its contents stay closed, its numbers elsewhere."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from portal.domain.attachments import FileFinding, Removed
from portal.domain.case_actions import Action
from portal.domain.cases import CaseState, ContactChoice, IdentityGround, IdentityRefusal, Outcome
from portal.domain.decline_grounds import DeclineGrounds
from portal.domain.errors import InvalidError
from portal.queries.desk_case import DeskCase, DeskEvent
from portal.queries.desk_keys import is_key_elsewhere
from portal.queries.progress import Look
from portal.usecases.quarantine import Rescan
from portal.web.filters import day
from portal.web.labels import label
from portal.web.languages import current_language
from portal.web.services import services

_ = lazy_gettext

MAIN_STEPS = frozenset(
    {
        Action.REGISTER,
        Action.ACCEPT,
        Action.ASSIGN,
        Action.DRAFT_REPLY,
        Action.APPROVE_REPLY,
        Action.REPLY,
        Action.CONCLUDE,
        Action.REEXAMINE,
        Action.REVIEW_FINALLY,
        Action.RECORD_RECEIPT,
    }
)
"""What leads a case on; a page makes buttons of them, and links of the rest."""

DESTROYED = _("已经移送有权处理的机关并收到回执，内容密钥按规定销毁，这里只留编号、日期和回执。")
FOLLOWS = _(
    "这件举报因单位或人员变动转到这里，内容的密钥还在原来的受理台：那里持有密钥的人下次登录时自动转来。"
    "请通过单位请他们登录一次，不要说明是哪一件。您现在只能看到登记的项目。"
)
SEALED = _(
    "这是举报，内容加密，只有持有受理台密钥的人能打开。您这次登录没有打开受理台："
    "请退出后用密码重新登录；还没有持有密钥的，请单位里持有的人把您加入。您现在只能看到登记的项目。"
)

_FACTS: Mapping[str, Callable[[str | int | StrEnum], str]] = {
    "office": lambda value: gettext("单位：%(value)s", value=value),
    "accused_office": lambda value: gettext("被反映的单位：%(value)s", value=value),
    "officer": lambda value: gettext("承办人：%(value)s", value=value),
    "account": lambda value: gettext("人员：%(value)s", value=value),
    "days": lambda value: gettext("延长%(value)s天", value=value),
    "main": lambda value: gettext("并入：%(value)s", value=value),
    "receipt": lambda value: gettext("回执：%(value)s", value=value),
    "served_on": lambda value: gettext("送达：%(value)s", value=day(date.fromisoformat(str(value)))),
    "had_read": lambda value: gettext("此前办理过%(value)s步", value=value),
    "rating": lambda value: gettext("满意程度：%(value)s分", value=value),
    "sealed_for": lambda value: gettext("用公钥密封") if value == "key" else gettext("用口令密封"),
    "named_in_text": lambda _value: gettext("只在加密内容里写了姓名"),
}


_IDENTITY_GROUNDS: Mapping[Action, type[StrEnum]] = {
    Action.ASK_IDENTITY: IdentityGround,
    Action.REFUSE_IDENTITY: IdentityRefusal,
}


def event_facts(event: DeskEvent) -> list[str]:
    """The facts of an event, each as a short sentence."""
    return [_fact(event, name, value) for name, value in event.facts.items()]


def _fact(event: DeskEvent, name: str, value: str | int | StrEnum) -> str:
    if name == "ground":
        return _ground(event, str(value))
    if isinstance(value, StrEnum):
        return str(label(value))
    return _FACTS[name](value) if name in _FACTS else str(value)


def _ground(event: DeskEvent, code: str) -> str:
    grounds = _IDENTITY_GROUNDS.get(event.action)
    if grounds and code in set(grounds):
        return str(label(grounds(code)))
    return ground_words(services().rulebook.decline_grounds, code)


def ground_words(grounds: DeclineGrounds, code: str) -> str:
    """The name of a ground and its article; the code itself when the table no longer holds it."""
    try:
        ground = grounds.ground(code)
    except InvalidError:
        return code
    return f"{ground.name.in_language(current_language())}（{ground.basis.document}{ground.basis.article}）"


def sealed_reason(case: DeskCase) -> LazyString:
    """Why the contents of a case cannot be read here."""
    if case.state is CaseState.TRANSFERRED:
        return DESTROYED
    return FOLLOWS if is_key_elsewhere(case.id) else SEALED


def external_rows(case: DeskCase) -> list[tuple[str, str]]:
    """The numbers of the same matter elsewhere, each with its system's name."""
    return [(str(label(one.system)), one.number) for one in case.external]


def outcome_label(code: str) -> str:
    """The words for an outcome that was kept as its code."""
    return str(label(Outcome(code)))


def contact_label(code: str) -> str:
    """The words for how somebody lets himself be reached, kept as its code."""
    return str(label(ContactChoice(code)))


_LOOKS: Mapping[Action, LazyString] = {
    Action.READ_CONTACT: _("看了您的联系方式。"),
    Action.ASK_IDENTITY: _("有人申请查看您的身份，须由另一个人同意，再由身份保管人打开。"),
    Action.AGREE_IDENTITY: _("另一个人同意了查看您的身份。"),
    Action.REFUSE_IDENTITY: _("没有同意查看您的身份，身份没有打开。"),
    Action.OPEN_IDENTITY: _("身份保管人打开看了您的身份。"),
}


def look_words(look: Look) -> str:
    """What the submitter reads of somebody who wants to know who he is, with the reason where one was given."""
    grounds = _IDENTITY_GROUNDS.get(look.action)
    why = str(label(grounds(look.ground))) if grounds and look.ground in set(grounds) else ""
    return f"{_LOOKS[look.action]}{gettext('原因：%(why)s。', why=why) if why else ''}"


def rescan_words(looked: Rescan) -> str:
    """What a look at a file in quarantine has found, in one sentence."""
    if looked.found:
        return str(gettext("这个附件%(what)s，留在隔离中，不能下载。", what=label(looked.found)))
    if looked.released:
        return str(gettext("没有查出问题，附件可以下载了。"))
    return str(gettext("查毒程序现在连不上，附件继续隔离。请稍后再查。"))


_APART: Mapping[FileFinding | None, LazyString] = {
    None: _("这个文件还在等待查病毒，查过以后承办人才能打开。您不用做什么。"),
    FileFinding.MACROS: _(
        "这个文件里带有宏（打开时会自动运行的程序），已原样封存隔离，没有人会打开它，承办人看不到内容，其中的作者等信息也没有去掉。"
        "请把它另存为PDF，再发一次。"
    ),
    FileFinding.VIRUS: _(
        "这个文件查出了病毒，已封存隔离，没有人会打开它，承办人看不到内容。请换一台设备另存为PDF，或者拍成照片，再发一次。"
    ),
    FileFinding.ACTIVE_CONTENT: _(
        "这个文件里有会自动执行的内容，已封存隔离，没有人会打开它，承办人看不到内容。请把它另存为PDF，再发一次。"
    ),
}


def apart_words(found: FileFinding | None) -> str:
    """What the submitter reads of his own file in quarantine, and what would help."""
    return str(_APART[found])


def removed_words(codes: Iterable[str]) -> str:
    """What was taken out of a file, from the codes that were kept with it."""
    return "、".join(str(label(Removed(code))) for code in codes if code in set(Removed))


def install(app: Flask) -> None:
    """Give the words to the templates."""
    app.jinja_env.filters["removed_words"] = removed_words
    app.jinja_env.filters["apart_words"] = apart_words
    app.jinja_env.filters["look_words"] = look_words
    app.jinja_env.filters["event_facts"] = event_facts
    app.jinja_env.filters["outcome_label"] = outcome_label
    app.jinja_env.filters["contact_label"] = contact_label
