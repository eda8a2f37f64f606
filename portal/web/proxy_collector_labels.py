"""What people read of 委托代领 in place of a state or a reason."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from portal.domain.proxy_collectors import (
    CardHolder,
    CollectorPost,
    EndReason,
    ProxyFlag,
    ProxyReason,
    ProxyState,
    ReadingPurpose,
    Relation,
)

_ = lazy_gettext

PROXY_COLLECTOR_LABELS: dict[type[StrEnum], Mapping[StrEnum, LazyString]] = {
    ProxyState: {
        ProxyState.WAITING: _("等待审核"),
        ProxyState.ACTIVE: _("有效"),
        ProxyState.ENDED: _("已结束"),
    },
    Relation: {
        Relation.SPOUSE: _("配偶"),
        Relation.CHILD: _("子女"),
        Relation.PARENT: _("父母"),
        Relation.OTHER_RELATIVE: _("其他亲属"),
        Relation.GUARDIAN: _("监护人"),
        Relation.NEIGHBOUR: _("邻居"),
        Relation.OTHER: _("其他关系"),
    },
    CollectorPost: {
        CollectorPost.NONE: _("没有担任职务"),
        CollectorPost.VILLAGE_CADRE: _("村（社区）干部"),
        CollectorPost.STAFF: _("镇（街道）、县级单位或供养机构的工作人员"),
    },
    ProxyReason: {
        ProxyReason.HARD_TO_GO: _("本人出门不便"),
        ProxyReason.AWAY: _("本人不在本地"),
        ProxyReason.CANNOT_OPERATE: _("本人不会办理"),
        ProxyReason.UNDER_GUARDIANSHIP: _("由监护人代办"),
        ProxyReason.OTHER: _("其他原因"),
    },
    CardHolder: {
        CardHolder.RECIPIENT: _("本人"),
        CardHolder.COLLECTOR: _("代领人"),
        CardHolder.VILLAGE: _("村（社区）"),
        CardHolder.OTHER: _("其他人或单位"),
    },
    ProxyFlag: {
        ProxyFlag.COLLECTS_FOR_MANY: _("这个代领人在本镇（街道）替多人代领"),
        ProxyFlag.HOLDS_A_POST: _("代领人是村（社区）干部或工作人员"),
        ProxyFlag.NAMED_LIKE_STAFF: _("代领人与平台的一位工作人员同名"),
        ProxyFlag.CARD_ELSEWHERE: _("存折（卡）不在本人和代领人手里"),
    },
    ReadingPurpose: {
        ReadingPurpose.REVIEW: _("审核或年度复核"),
        ReadingPurpose.VISIT: _("上门核实"),
        ReadingPurpose.CHANGE: _("办理变更或结束"),
        ReadingPurpose.INSPECTION: _("检查、核实反映的问题"),
    },
    EndReason: {
        EndReason.REFUSED: _("审核没有同意"),
        EndReason.NOT_CONFIRMED: _("复核时情况已经不符"),
        EndReason.COLLECTS_HIMSELF: _("本人恢复自己领取"),
        EndReason.ANOTHER_COLLECTOR: _("更换代领人"),
        EndReason.CONSENT_WITHDRAWN: _("本人收回委托"),
        EndReason.AID_ENDED: _("不再领取救助"),
        EndReason.MISUSE: _("代领的钱没有交给本人"),
        EndReason.OTHER: _("其他原因"),
    },
}
