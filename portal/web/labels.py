"""What people read in place of a state, a kind or a role, for every enum that they meet."""

from collections.abc import Mapping
from enum import StrEnum

from flask import Flask
from flask_babel import LazyString, lazy_gettext
from wtforms.fields.choices import SelectChoice

from portal.domain.archive import Facet
from portal.domain.calendar import DayKind
from portal.domain.causes import Cause
from portal.domain.disclosure import Afterwards, Channel
from portal.domain.divisions import Level
from portal.domain.documents import DocumentCategory, Validity
from portal.domain.duties import DutyState
from portal.domain.money import MoneyUnit
from portal.domain.notices import NoticeColumn, NoticeKind, OpenState, Waiting, WebDetail
from portal.domain.offices import OfficeKind
from portal.domain.permissions import Permission, Role
from portal.domain.programs import AssistanceType, Program
from portal.domain.publications import Area, RevisionState, Step, WithdrawalKind
from portal.domain.roster_headings import RosterColumn
from portal.domain.staff import SessionStage
from portal.web.case_labels import CASE_LABELS
from portal.web.fund_labels import FUND_LABELS
from portal.web.modes import Mode
from portal.web.proxy_collector_labels import PROXY_COLLECTOR_LABELS

_ = lazy_gettext

LABELS: dict[type[StrEnum], Mapping[StrEnum, LazyString]] = (
    CASE_LABELS
    | FUND_LABELS
    | PROXY_COLLECTOR_LABELS
    | {
        Afterwards: {Afterwards.SEALED: _("期满封存"), Afterwards.REPLACED: _("由下月名单替换")},
        Area: {
            Area.NOTICES: _("救助公示"),
            Area.DOCUMENTS: _("政策文件"),
            Area.CASES: _("办理结果"),
            Area.ALLOCATIONS: _("资金分配"),
            Area.BUDGETS: _("预算决算"),
            Area.PAYMENTS: _("资金发放"),
            Area.REGISTERS: _("资金登记"),
        },
        AssistanceType: {
            AssistanceType.EXPENDITURE: _("支出型临时救助"),
            AssistanceType.EMERGENCY: _("急难型临时救助"),
            AssistanceType.SMALL_GRANT: _("小额快救"),
        },
        Cause: {
            Cause.MAJOR_ILLNESS: _("重大疾病"),
            Cause.SCHOOLING: _("就学"),
            Cause.ACCIDENT: _("意外事故"),
            Cause.DISASTER: _("灾害"),
            Cause.OTHER: _("其他"),
        },
        Channel: {
            Channel.WEBSITE: _("政府网站"),
            Channel.READING_ROOM: _("公共查阅室"),
            Channel.SERVICE_HALL: _("便民服务大厅"),
            Channel.VILLAGE_BOARD: _("村（社区）公示栏"),
        },
        DayKind: {
            DayKind.WORKING: _("工作日"),
            DayKind.REST: _("休息日"),
            DayKind.HOLIDAY: _("法定节假日"),
            DayKind.MAKE_UP: _("调休上班日"),
        },
        DutyState: {
            DutyState.MET: _("按期"),
            DutyState.DUE: _("待公开"),
            DutyState.LATE: _("超期"),
            DutyState.NEVER: _("从未公开"),
            DutyState.QUIET: _("没有发生"),
            DutyState.NOT_APPLICABLE: _("不适用"),
        },
        Facet: {
            Facet.AREA: _("类别"),
            Facet.KIND: _("公示种类"),
            Facet.PROGRAM: _("救助项目"),
            Facet.COUNTY: _("县（市、区）"),
            Facet.YEAR: _("年份"),
        },
        DocumentCategory: {
            DocumentCategory.POLICY: _("政策文件"),
            DocumentCategory.GUIDE: _("办事指南"),
            DocumentCategory.INSPECTION_REPORT: _("检查报告"),
            DocumentCategory.EVALUATION_REPORT: _("评估报告"),
        },
        Level: {
            Level.CITY: _("市"),
            Level.COUNTY: _("县（市、区）"),
            Level.TOWNSHIP: _("乡镇（街道）"),
            Level.VILLAGE: _("村（社区）"),
        },
        Mode: {Mode.ELDER: _("大字版"), Mode.CONTRAST: _("高对比度")},
        MoneyUnit: {MoneyUnit.YUAN: _("元"), MoneyUnit.TEN_THOUSAND_YUAN: _("万元")},
        NoticeColumn: {
            NoticeColumn.VILLAGE: _("村（社区）"),
            NoticeColumn.MASKED_NAME: _("姓名"),
            NoticeColumn.HOUSEHOLD_SIZE: _("家庭人口数"),
            NoticeColumn.PERSONS_COVERED: _("保障人口数"),
            NoticeColumn.AMOUNT: _("金额（元）"),
        },
        NoticeKind: {
            NoticeKind.FIRST_REVIEW: _("初审公示"),
            NoticeKind.RESULT: _("确认结果公布"),
            NoticeKind.TERMINATION: _("拟终止公示"),
        },
        OpenState: {
            OpenState.OPEN: _("公示中，可提异议"),
            OpenState.SHOWN: _("公布中"),
            OpenState.ENDED: _("已期满"),
        },
        OfficeKind: {
            OfficeKind.CIVIL_AFFAIRS: _("民政部门"),
            OfficeKind.TOWNSHIP: _("乡镇政府（街道办事处）"),
            OfficeKind.FINANCE: _("财政部门"),
            OfficeKind.DISCIPLINE: _("纪检监察机构"),
            OfficeKind.AGENT_BANK: _("代发银行"),
        },
        Permission: {
            Permission.DRAFT: _("起草"),
            Permission.REVIEW: _("审核"),
            Permission.PUBLISH: _("签发"),
            Permission.SEE_NOTICES: _("查看公示"),
            Permission.SEE_DRAFTS: _("查看草稿"),
            Permission.RECORD_POSTING: _("登记张贴"),
            Permission.PRINT_FULL_NAMES: _("打印村级公示（含全名）"),
            Permission.OPEN_SEALED_LIST: _("查看已封存名单"),
            Permission.READ_AUDIT_LOG: _("查看操作日志"),
            Permission.MANAGE_OFFICES: _("管理机构"),
            Permission.MANAGE_ACCOUNTS: _("管理账号"),
            Permission.USE_DESK: _("使用工作台"),
            Permission.SEE_CASES: _("查看诉求件"),
            Permission.REGISTER_CASES: _("登记诉求件"),
            Permission.DISPATCH_CASES: _("受理和交办诉求件"),
            Permission.HANDLE_CASES: _("办理诉求件"),
            Permission.APPROVE_CASES: _("审批答复和延期"),
            Permission.SUPERVISE_CASES: _("督办诉求件"),
            Permission.OPEN_IDENTITY: _("查看受保密的反映人身份"),
            Permission.HANDLE_DISCIPLINE: _("办理纪检监察举报"),
            Permission.HOLD_DESK_KEY: _("持有受理台密钥"),
            Permission.SEE_ANSWERS: _("查看准备公开的答复"),
            Permission.SEE_WARNINGS: _("查看风险预警"),
            Permission.HANDLE_WARNINGS: _("办理风险预警"),
            Permission.SEE_PROXY_COLLECTORS: _("查看委托代领登记"),
        },
        Program: {
            Program.SUBSISTENCE_ALLOWANCE: _("最低生活保障"),
            Program.EXTREME_POVERTY_SUPPORT: _("特困人员救助供养"),
            Program.TEMPORARY_ASSISTANCE: _("临时救助"),
        },
        RevisionState: {
            RevisionState.DRAFT: _("草稿"),
            RevisionState.SUBMITTED: _("待审核"),
            RevisionState.REVIEWED: _("待签发"),
            RevisionState.PUBLISHED: _("已发布"),
            RevisionState.EXPIRED: _("期满封存"),
            RevisionState.SUPERSEDED: _("已被更正"),
            RevisionState.WITHDRAWN: _("已撤下"),
            RevisionState.DISCARDED: _("已作废"),
        },
        Role: {
            Role.DRAFTER: _("起草人"),
            Role.REVIEWER: _("审核人"),
            Role.PUBLISHER: _("签发人"),
            Role.VILLAGE_PRINTER: _("村级公示打印人"),
            Role.CASE_DISPATCHER: _("诉求件交办人"),
            Role.CASE_OFFICER: _("诉求件经办人"),
            Role.CASE_APPROVER: _("诉求件审批人"),
            Role.SUPERVISOR: _("督办人"),
            Role.IDENTITY_CUSTODIAN: _("身份信息保管人"),
            Role.DISCIPLINE_OFFICER: _("纪检监察办理人"),
            Role.AUDITOR: _("审计员"),
            Role.ADMINISTRATOR: _("系统管理员"),
        },
        RosterColumn: {
            RosterColumn.NAME: _("姓名"),
            RosterColumn.ID_NUMBER: _("身份证号码"),
            RosterColumn.VILLAGE: _("村（社区）"),
            RosterColumn.TOWNSHIP: _("乡镇（街道）"),
            RosterColumn.HOUSEHOLD_SIZE: _("家庭人口数"),
            RosterColumn.PERSONS_COVERED: _("保障人口数"),
            RosterColumn.AMOUNT: _("金额"),
            RosterColumn.ASSISTANCE_TYPE: _("救助类型"),
            RosterColumn.CAUSE: _("救助原因"),
            RosterColumn.RELATION: _("与户主关系"),
            RosterColumn.HOUSEHOLD_NUMBER: _("户编号"),
        },
        SessionStage: {
            SessionStage.CODE: _("等待输入验证码"),
            SessionStage.NEW_PASSWORD: _("等待修改密码"),
            SessionStage.ENROLMENT: _("等待绑定验证器"),
            SessionStage.FULL: _("已登录"),
        },
        Step: {
            Step.SUBMIT: _("提交审核"),
            Step.RETURN: _("退回修改"),
            Step.REVIEW: _("审核通过"),
            Step.PUBLISH: _("签发公开"),
            Step.EXPIRE: _("期满封存"),
            Step.SUPERSEDE: _("由更正替换"),
            Step.WITHDRAW: _("撤下"),
            Step.DISCARD: _("作废"),
        },
        Validity: {Validity.IN_FORCE: _("有效"), Validity.VOID: _("已失效")},
        Waiting: {
            Waiting.RETURNED: _("退回给您修改"),
            Waiting.DRAFT: _("您的草稿"),
            Waiting.REVIEW: _("等您审核"),
            Waiting.HIDDEN_ROWS: _("撤下的行等您复核"),
            Waiting.PUBLISH: _("等您签发"),
            Waiting.SCHEDULED: _("已签发，定时发布"),
            Waiting.POSTING: _("张贴还没有登记"),
        },
        WebDetail: {WebDetail.MASKED_NAMES: _("脱敏姓名"), WebDetail.COUNTS_ONLY: _("只公布户数和金额")},
        WithdrawalKind: {
            WithdrawalKind.CORRECTION: _("更正"),
            WithdrawalKind.RECALL: _("撤回"),
            WithdrawalKind.ERROR: _("误发"),
            WithdrawalKind.PRIVACY: _("隐私保护"),
        },
    }
)

TONES: Mapping[StrEnum, str] = {
    RevisionState.SUBMITTED: "wait",
    RevisionState.REVIEWED: "wait",
    RevisionState.DRAFT: "busy",
    RevisionState.PUBLISHED: "good",
    RevisionState.WITHDRAWN: "bad",
    DutyState.MET: "good",
    DutyState.DUE: "wait",
    DutyState.LATE: "bad",
    DutyState.NEVER: "bad",
}
"""The colour of a state's tag, where it has one; the word beside it says the same."""


ACTS: Mapping[str, LazyString] = {
    "account.created": _("新建账号"),
    "account.disabled": _("停用账号"),
    "account.password_changed": _("修改密码"),
    "account.reset": _("重置密码"),
    "account.roles_set": _("修改角色"),
    "account.second_factor_enrolled": _("绑定动态验证码"),
    "case_filter.deleted": _("删除保存的筛选"),
    "case_filter.saved": _("保存筛选"),
    "case.letter_printed": _("打印文书"),
    "case.register_exported": _("导出台账"),
    "allocation.corrected": _("更正资金分配"),
    "allocation.explained": _("写明金额差异的理由"),
    "allocation.imported": _("导入资金分配表"),
    "budget.corrected": _("更正预算"),
    "budget.imported": _("导入预算表"),
    "case_publication.corrected": _("更正公开的答复"),
    "case_publication.drafted": _("起草公开的答复"),
    "case_publication.edited": _("修改公开的答复"),
    "cluster.closed": _("说明诉求集中的原因"),
    "cluster.reminded": _("提醒说明诉求集中"),
    "cluster.taken": _("负责一处诉求集中"),
    "delegation.ended": _("提前结束代办"),
    "delegation.named": _("指定代办人"),
    "division.zone_set": _("调整区划归属"),
    "duty.applicable": _("收回不适用"),
    "duty.not_applicable": _("写明不适用"),
    "duty.reminded": _("提醒公开"),
    "instance.founded": _("建立平台"),
    "notice.corrected": _("建立更正"),
    "notice.edited": _("修改导语"),
    "notice.imported": _("导入名单"),
    "notice.posted": _("登记张贴"),
    "notice.row_hidden": _("立即撤下一行"),
    "notice.row_reviewed": _("复核撤下的行"),
    "notice.sealed_list_opened": _("查看已封存的名单"),
    "notice.taken_down": _("登记取下"),
    "notice.village_printed": _("打印村级公示"),
    "office.changed": _("修改机构信息"),
    "office.display_set": _("切换网上显示"),
    "payment.corrected": _("更正发放情况"),
    "payment.imported": _("导入发放花名册"),
    "payment.queued": _("上传大的发放花名册"),
    "payment.upload_ended": _("排队的花名册没有存入"),
    "payment.upload_given_up": _("放弃上传的花名册"),
    "proxy_collector.consent_kept": _("保存委托书扫描件"),
    "proxy_collector.consent_read": _("查看委托书扫描件"),
    "proxy_collector.ended": _("结束委托代领"),
    "proxy_collector.read": _("查看委托代领的姓名"),
    "proxy_collector.registered": _("登记委托代领"),
    "proxy_collector.reviewed": _("审核委托代领"),
    "publication.discard": _("丢弃草稿"),
    "publication.expire": _("期满封存"),
    "publication.publish": _("签发"),
    "publication.return": _("退回修改"),
    "publication.review": _("审核通过"),
    "publication.schedule_failed": _("定时发布未成功"),
    "publication.scheduled": _("定时签发"),
    "publication.submit": _("送审"),
    "publication.withdraw": _("撤下"),
    "retention.purged": _("到期销毁"),
    "session.revoked": _("结束登录"),
    "staff.signed_in": _("登录"),
    "standards.imported": _("登记保障标准"),
    "standards.proposed": _("交上保障标准待确认"),
    "standards.refused": _("退回保障标准"),
    "warning.changed": _("预警的数字变了"),
    "warning.closed": _("说明预警的原因"),
    "warning.ended": _("预警的数字已经对上"),
    "warning.opened": _("发现预警"),
    "warning.reopened": _("重新打开预警"),
    "warning.taken": _("负责一条预警"),
}
"""What the entries of the audit log say was done; an act without words here is shown by its own name."""


def act_label(action: str) -> LazyString | str:
    """The words for an act of the audit log."""
    return ACTS.get(action, action)


def label(member: StrEnum) -> LazyString:
    """The label of an enum's member; KeyError for one that nobody has labelled."""
    return LABELS[type(member)][member]


def choices(enum: type[StrEnum]) -> list[SelectChoice]:
    """Every member with its label, for a select field."""
    return [SelectChoice(member.value, LABELS[enum][member]) for member in enum]


def install(app: Flask) -> None:
    """Give labels and tones to the templates."""
    app.jinja_env.filters["label"] = label
    app.jinja_env.filters["act_label"] = act_label
    app.jinja_env.filters["tone"] = lambda member: TONES.get(member, "")
