"""What remains of a withdrawn publication: its number, what kind of withdrawal, when and why, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, make_response, render_template
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.domain.publications import Area
from portal.queries.publications import PublicView


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The words of an area over what is gone, and the list that it has left."""

    title: LazyString
    room: LazyString
    room_endpoint: str
    request: LazyString | str = ""


WORDS: Mapping[Area, Withdrawn] = {
    Area.NOTICES: Withdrawn(
        _("这份公示已撤下"), _("看村里公示"), "public_notices.index", _("请勿保留、转发先前看到的名单。")
    ),
    Area.DOCUMENTS: Withdrawn(_("这份文件已撤下"), _("查政策"), "public_documents.index"),
    Area.ALLOCATIONS: Withdrawn(_("这份资金分配已撤下"), _("资金分配"), "public_allocations.index"),
    Area.BUDGETS: Withdrawn(_("这份预算已撤下"), _("预算决算"), "public_budgets.index"),
    Area.PAYMENTS: Withdrawn(_("这份发放情况已撤下"), _("资金发放"), "public_payments.index"),
    Area.REGISTERS: Withdrawn(_("这份资金登记已撤下"), _("资金登记"), "public_registers.index"),
    Area.CASES: Withdrawn(_("这份答复已撤下"), _("看办理情况"), "public_cases.index"),
}


def withdrawn(view: PublicView) -> Response:
    """The page that stands where the publication stood: 410."""
    return make_response(render_template("public/withdrawn.html", view=view, words=WORDS[view.area]), 410)
