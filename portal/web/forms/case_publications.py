"""Forms of the desk for published answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, TextAreaField

from portal.domain.case_publications import LONGEST_SUMMARY, RedactionReason
from portal.usecases.case_publications import Written
from portal.web.forms.base import DeskForm, NumberField, at_most, required

REASONS = (RedactionReason.NAME, RedactionReason.CONTACT, RedactionReason.ADDRESS, RedactionReason.OTHER)
"""What a person decides about; numbers of persons are hidden without being asked for."""


class AnswerForm(DeskForm):
    """The summary, and one phrase a line for each reason to hide."""

    version = NumberField()
    summary = TextAreaField(_("摘要"), [required(_("请写摘要")), at_most(LONGEST_SUMMARY)], render_kw={"rows": 5})
    name = TextAreaField(_("隐去的姓名"), render_kw={"rows": 3})
    contact = TextAreaField(_("隐去的联系方式"), render_kw={"rows": 2})
    address = TextAreaField(_("隐去的住址"), render_kw={"rows": 3})
    other = TextAreaField(_("隐去的其他个人信息"), render_kw={"rows": 3})
    read = BooleanField(_("我通读了全文，该隐去的都隐去了"), [required(_("请通读全文，再勾选确认"))])

    @property
    def written(self) -> Written:
        """What was typed."""
        phrases = {reason: _lines(self[str(reason)].data) for reason in REASONS}
        return Written(" ".join((self.summary.data or "").split()), phrases)


def typed(summary: str, phrases: Mapping[RedactionReason, Sequence[str]], version: int) -> dict[str, Any]:
    """A draft as the fields of the form show it."""
    lines = {str(reason): "\n".join(phrases.get(reason, ())) for reason in REASONS}
    return {"summary": summary, "version": version, **lines}


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
