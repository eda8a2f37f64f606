"""What people read of money in place of a source, a form or a rule."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from portal.domain.allocations import AdjustmentKind, AllocationForm, Cutting, ResidueRule
from portal.domain.budgets import BudgetPhase
from portal.domain.fund_overviews import FundColumn
from portal.domain.fund_totals import FundStage
from portal.domain.funds import FundSource, FundUse
from portal.domain.payment_months import MonthState
from portal.domain.payment_uploads import UploadState, UploadStep
from portal.domain.payments import PaymentKind, Residence
from portal.domain.registers import RegisterColumn, RegisterKind, ReturnReason
from portal.domain.standards import ProposalState, StandardResidence
from portal.domain.statistics import Shown
from portal.domain.warnings import WarningRule, WarningState, WarningStep

_ = lazy_gettext

FUND_LABELS: dict[type[StrEnum], Mapping[StrEnum, LazyString]] = {
    AdjustmentKind: {
        AdjustmentKind.BASE_AMOUNT: _("基数"),
        AdjustmentKind.FLOOR_AMOUNT: _("保底调增"),
        AdjustmentKind.CAP_AMOUNT: _("封顶调减"),
        AdjustmentKind.ADVANCE_ALLOCATION: _("扣减提前下达"),
        AdjustmentKind.CARRY_OVER: _("扣减结转"),
        AdjustmentKind.RESERVE: _("预留"),
    },
    AllocationForm: {
        AllocationForm.ADDITIVE: _("各因素加权相加"),
        AllocationForm.PRODUCT: _("各因素相乘"),
        AllocationForm.STATED: _("没有公布因素，不能复算"),
    },
    BudgetPhase: {
        BudgetPhase.PROPOSAL: _("预算草案"),
        BudgetPhase.APPROVED: _("批准的预算"),
        BudgetPhase.ADJUSTED: _("预算调整"),
        BudgetPhase.EXECUTED: _("预算执行"),
        BudgetPhase.FINAL_ACCOUNTS: _("决算"),
    },
    FundColumn: {
        FundColumn.BUDGET: _("预算"),
        FundColumn.ALLOCATED: _("已分配"),
        FundColumn.CARRIED_OVER: _("上年结转"),
        FundColumn.PASSED_ON: _("已分到镇街"),
        FundColumn.DISBURSED: _("已拨付"),
        FundColumn.PAID: _("已发放"),
        FundColumn.RETURNED: _("已退回"),
        FundColumn.EXECUTED: _("预算执行"),
        FundColumn.FINAL_ACCOUNTS: _("决算"),
    },
    FundStage: {
        FundStage.BUDGET: _("预算"),
        FundStage.PROPOSAL: _("预算草案"),
        FundStage.APPROVED: _("批准的预算"),
        FundStage.ADJUSTED: _("预算调整"),
        FundStage.EXECUTED: _("预算执行"),
        FundStage.FINAL_ACCOUNTS: _("决算"),
        FundStage.ALLOCATED: _("已分配"),
        FundStage.CARRIED_OVER: _("上年结转"),
        FundStage.DISBURSED: _("已拨付"),
        FundStage.PAID: _("已发放"),
        FundStage.COUNTED: _("已发放，并公布了人数"),
        FundStage.RETURNED: _("已退回"),
    },
    FundUse: {FundUse.RELIEF: _("救助资金"), FundUse.WORK: _("工作经费")},
    FundSource: {
        FundSource.CENTRAL: _("中央资金"),
        FundSource.PROVINCE: _("省级资金"),
        FundSource.CITY: _("市级资金"),
        FundSource.COUNTY: _("县级资金"),
        FundSource.DONATION: _("社会捐赠"),
    },
    MonthState: {
        MonthState.PUBLISHED: _("已公布"),
        MonthState.MISSING: _("缺，已过公布时间"),
        MonthState.NOT_DUE: _("还没有到公布时间"),
        MonthState.NONE: _("没有公布"),
    },
    UploadState: {
        UploadState.WAITING: _("排队中"),
        UploadState.AT_WORK: _("正在读"),
        UploadState.DRAFTED: _("已存为草稿"),
        UploadState.FAULTY: _("有错误，没有保存"),
        UploadState.FAILED: _("没有读成"),
        UploadState.GIVEN_UP: _("已放弃"),
        UploadState.EXPIRED: _("已过期"),
    },
    UploadStep: {
        UploadStep.READ: _("读取表格"),
        UploadStep.CHECK: _("逐行核对"),
        UploadStep.STORE: _("写入草稿"),
    },
    PaymentKind: {
        PaymentKind.BASIC: _("救助金"),
        PaymentKind.CARE: _("照料护理补贴"),
        PaymentKind.PRICE_SUBSIDY: _("价格补贴"),
        PaymentKind.OTHER_SUBSIDY: _("其他补贴"),
        PaymentKind.SUPPLEMENT: _("补发资金"),
    },
    RegisterColumn: {
        RegisterColumn.OPENING: _("期初额度"),
        RegisterColumn.ADDED: _("本期增加"),
        RegisterColumn.USED: _("本期使用"),
        RegisterColumn.BALANCE: _("期末余额"),
        RegisterColumn.REASON: _("退回原因"),
        RegisterColumn.ITEM: _("物品"),
        RegisterColumn.QUANTITY: _("数量"),
        RegisterColumn.MEASURE: _("计量单位"),
        RegisterColumn.BANK: _("银行"),
        RegisterColumn.WAIVED: _("减免项目"),
        RegisterColumn.SOURCE: _("资金来源"),
        RegisterColumn.DOCUMENT: _("文号"),
        RegisterColumn.DAYS: _("下达到拨付（天）"),
        RegisterColumn.AMOUNT: _("金额"),
        RegisterColumn.PERSONS: _("人次"),
    },
    RegisterKind: {
        RegisterKind.RESERVE_FUND: _("备用金"),
        RegisterKind.RETURNS: _("资金退回"),
        RegisterKind.CASH: _("现金发放"),
        RegisterKind.GOODS: _("实物发放"),
        RegisterKind.FEE_WAIVERS: _("手续费减免"),
        RegisterKind.DISBURSEMENTS: _("国库拨付"),
    },
    ReturnReason: {
        ReturnReason.DEATH: _("死亡"),
        ReturnReason.WRONG_ACCOUNT: _("账户错误"),
        ReturnReason.PAID_TWICE: _("重复发放"),
        ReturnReason.TERMINATED: _("终止救助"),
        ReturnReason.OTHER: _("其他"),
    },
    Residence: {Residence.URBAN: _("城市"), Residence.RURAL: _("农村")},
    ProposalState: {
        ProposalState.WAITING: _("等待确认"),
        ProposalState.ENTERED: _("已登记"),
        ProposalState.REFUSED: _("已退回"),
    },
    StandardResidence: {
        StandardResidence.URBAN: _("城市"),
        StandardResidence.RURAL: _("农村"),
        StandardResidence.ALL: _("不分城乡"),
    },
    Shown: {
        Shown.FIGURES: _("单列"),
        Shown.SMALL: _("人数太少，不单列"),
        Shown.MERGED: _("并入其余"),
    },
    WarningRule: {
        WarningRule.OVER_BUDGET: _("超出预算"),
        WarningRule.OVER_ALLOCATED: _("超出已分配的资金"),
        WarningRule.OVER_DISBURSED: _("超出已拨付的资金"),
        WarningRule.OVER_RECEIVED: _("往下分的超出上级下达的"),
        WarningRule.UNDISBURSED: _("分配以后很久没有拨付"),
        WarningRule.STUCK: _("分配以后很久没有发放"),
        WarningRule.UNSPENT: _("年度结余"),
        WarningRule.ABOVE_STANDARD: _("超出标准乘人数"),
        WarningRule.AFTER_TERMINATION: _("终止以后仍有发放"),
        WarningRule.TWO_PROGRAMS: _("同月领取两项不能同时享受的救助"),
        WarningRule.SUDDEN_AMOUNT: _("发放金额突然变化"),
        WarningRule.SUDDEN_PERSONS: _("发放人数突然变化"),
        WarningRule.STALE_BASIS: _("引用了已废止的文件"),
    },
    WarningState: {
        WarningState.OPEN: _("未说明"),
        WarningState.CLOSED: _("已说明"),
        WarningState.ENDED: _("数字已经对上"),
    },
    WarningStep: {
        WarningStep.OPENED: _("发现"),
        WarningStep.CHANGED: _("数字变了"),
        WarningStep.TAKEN: _("由人负责"),
        WarningStep.CLOSED: _("说明原因"),
        WarningStep.REOPENED: _("数字又对不上，重新打开"),
        WarningStep.ENDED: _("数字已经对上"),
    },
    Cutting: {
        Cutting.DOWN: _("舍去不足一个单位的部分"),
        Cutting.NEAREST: _("四舍五入到一个单位"),
    },
    ResidueRule: {
        ResidueRule.LARGEST_REMAINDER: _("按舍去的余数从大到小，各加一个单位；余数相同的按区划代码排"),
        ResidueRule.LARGEST: _("全部加给份额最大的一个"),
        ResidueRule.FIRST: _("全部加给表中第一个"),
        ResidueRule.LAST: _("全部加给表中最后一个"),
    },
}
