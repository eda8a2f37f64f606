"""What the pages of a case's steps say before the step is done, and how loud their button is."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from portal.domain.case_actions import Action

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class StepWords:
    """What follows of a step, told before it is taken; `told_outside` marks what the submitter will read."""

    consequences: tuple[LazyString, ...]
    told_outside: bool = False
    tone: str = ""


_KEPT_INSIDE = _("您写的内容加密保存，只有能办理这件诉求的工作人员看得到。")

WORDS: Mapping[Action, StepWords] = {
    Action.REGISTER: StepWords((_("登记以后，这件诉求进入台账，任何人都不能删除。"),)),
    Action.ACCEPT: StepWords(
        (_("受理以后，办结期限开始计算。"), _("反映人在查询页面上看到已受理和办结的日期。")), told_outside=True
    ),
    Action.DECLINE: StepWords(
        (
            _("只有列出的情形可以不予受理；诉求仍然登记在册。"),
            _("理由和应当找的机关会告诉反映人，全部期限停止。"),
        ),
        told_outside=True,
        tone="danger",
    ),
    Action.ASK_FOR_MORE: StepWords(
        (_("反映人在查询页面上看到您的问题。"), _("可以暂停的期限从今天起暂停；信访的60日期限不停。")),
        told_outside=True,
    ),
    Action.RESUME: StepWords((_("不再等反映人补充，暂停的期限从今天起接着计算。"),)),
    Action.ASSIGN: StepWords(
        (
            _("名单里只有可以办理这件诉求的人，手上件数少的排在前面。"),
            _("举报件同时换由新单位的受理台持有密钥，原单位的受理台不能再打开。"),
        )
    ),
    Action.SEND_BACK: StepWords((_("退回上一级单位重新确定承办单位；您的单位可能不再看到它。"), _KEPT_INSIDE)),
    Action.FORWARD: StepWords(
        (
            _("转过去以后由新单位重新受理，您的单位可能不再看到它。"),
            _("与这件诉求有关的单位不在名单里。"),
            _KEPT_INSIDE,
        )
    ),
    Action.FORWARD_OUTSIDE: StepWords(
        (_("这里不再办理，全部期限停止；反映人看到该找哪个机关和理由。"),), told_outside=True, tone="danger"
    ),
    Action.TRANSFER: StepWords(
        (
            _("移送给平台以外的机关：外地的、纪检监察、公安等。移送以后先导出加密文件交给对方，收到回执再登记。"),
            _("登记回执时，这里的内容密钥销毁，只留编号、日期和回执。"),
            _("机关的名称写进给反映人的转送告知书；理由只在内部。"),
        )
    ),
    Action.EXPORT: StepWords(
        (
            _("按下面的按钮，浏览器保存一个加密文件，连同附件；这里不留副本，可以再导一次。"),
            _("对方有公钥的填公钥，口令就不用；没有的用口令，抄在纸上另行告知，不要和文件放在一起。"),
            _("举报人是谁、要求保密的人是谁，不在文件里。"),
        )
    ),
    Action.RECORD_RECEIPT: StepWords(
        (_("内容密钥立即销毁，谁也不能再打开，不能恢复。请先确认对方已经收到并能打开文件。"),), tone="danger"
    ),
    Action.CANCEL_TRANSFER: StepWords((_("不再移送，退回到登记后的状态，由本单位重新办理。"), _KEPT_INSIDE)),
    Action.INVESTIGATE: StepWords(
        (_("记下做了什么、查到什么。不要把材料交给被反映的人或单位（信访工作条例第三十条）。"), _KEPT_INSIDE)
    ),
    Action.ASK_EXTENSION: StepWords((_("只能延期一次，须由另一个人批准；批准后告诉反映人。"), _KEPT_INSIDE)),
    Action.APPROVE_EXTENSION: StepWords((_("办结期限按申请的天数延长，反映人在查询页面上看到新的日期。"),)),
    Action.REFUSE_EXTENSION: StepWords((_("期限不变。"), _KEPT_INSIDE)),
    Action.SUPERVISE: StepWords((_("承办单位在诉求件页面上看到督促；提醒、催办、督办、通报逐级加重。"),)),
    Action.DRAFT_REPLY: StepWords(
        (
            _("答复要写明：诉求、查明的事实、处理意见、依据、救济途径和30日期限、单位。"),
            _("批准以后原文发给反映人，不要写反映人的姓名、电话和住址。"),
        ),
        told_outside=True,
    ),
    Action.RETURN_REPLY: StepWords((_("退回给承办人修改。"), _KEPT_INSIDE)),
    Action.APPROVE_REPLY: StepWords((_("批准以后，草稿一字不改地发给反映人。请先看过草稿全文。"),)),
    Action.REPLY: StepWords(
        (_("批准的答复立即出现在查询页面上。"), _("申请复查的30日从您填写的送达日期算起。")), told_outside=True
    ),
    Action.CONCLUDE: StepWords((_("这件诉求办结；申请复查的期限内反映人仍可以申请复查。"),)),
    Action.REOPEN: StepWords((_("重新进入办理，期限重新计算；先前的答复和经过都保留。"), _KEPT_INSIDE)),
    Action.MERGE: StepWords(
        (
            _("同一件事合并办理，只调查一次；各自的对话、查询码和期限都分开。"),
            _("主件答复以后，这一件也要发出答复：用主件的答复原文，送达日期各写各的。"),
            _("反映人不知道还有别人反映同一件事；不要在话里提到。"),
            _KEPT_INSIDE,
        )
    ),
    Action.REEXAMINE: StepWords((_("复查意见立即告诉反映人；申请复核的30日从送达日期算起。"),), told_outside=True),
    Action.REVIEW_FINALLY: StepWords((_("复核意见立即告诉反映人，信访程序终结。"),), told_outside=True),
    Action.CLARIFY: StepWords((_("在造成影响的范围内澄清，不能提到是谁反映的。这里记下何时、在哪里、怎样澄清。"),)),
    Action.ADD_ACCUSED: StepWords(
        (
            _("被反映的单位、它的下级和本人从此看不到这件诉求；内容换新密钥重新加密。"),
            _("他们以前看过多少次会记下来。承办单位本身被反映的，请先转给上一级。"),
        ),
        tone="danger",
    ),
    Action.RECUSE: StepWords((_("您从此看不到这件诉求，不能撤销。"), _KEPT_INSIDE), tone="danger"),
    Action.NOTE: StepWords((_KEPT_INSIDE,)),
    Action.MESSAGE: StepWords((_("反映人在查询页面上看到这段话，可以在那里回答。"),), told_outside=True),
    Action.ADD_EXTERNAL_NUMBER: StepWords(
        (_("同一件事在别的系统里的编号；以后再登记或导入这个编号，就找到这一件，不重复登记。"),)
    ),
    Action.READ_CONTACT: StepWords((_("每看一次都记入经过，反映人在查询页面上看得到。请只在需要联系时查看。"),)),
    Action.ASK_IDENTITY: StepWords(
        (
            _("须由另一个人同意，再由身份保管人打开，您自己看不到；申请、同意和查看都会告诉反映人。"),
            _("身份保管人只看到您选的情形，看不到您写的理由。"),
            _KEPT_INSIDE,
        )
    ),
    Action.AGREE_IDENTITY: StepWords(
        (_("同意以后，身份保管人可以打开一次。请先想一想：不知道是谁反映的，能不能办？"),), tone="danger"
    ),
    Action.REFUSE_IDENTITY: StepWords((_("身份不打开。申请人在经过里看到您选的情形。"),)),
}

HINTS: Mapping[str, LazyString] = {
    "recipient_key": _("对方用 new-key 命令生成、当面或打电话核对过的一组字母和数字"),
    "passphrase": _("已经替您想好一个，可以照用；平台不保存，离开这一页就看不到了"),
    "right_body": _("写机关的全称，例如 任城区医疗保障局"),
    "earlier_number": _("同一事项已经受理、正在办理或者已经复核终结的，写先前那件的编号"),
    "served_on": _("例如 2026年1月5日；在本平台送达的写今天"),
    "main_number": _("例如 SQ-2026-123456"),
    "accused_names": _("名单里没有的人写在这里；只加密保存，不会自动避开"),
    "external_number": _("照工单或函件上的写，空格和大小写不影响"),
    "file": _(
        "照片、pdf、docx、xlsx、txt、mp3、m4a、mp4，最多5个；每个不超过10MB，视频不超过50MB。"
        "作者、时间等会自动去掉；内容里不要有其他人的信息。"
    ),
    "days": _("写数字，例如 30"),
    "legal_basis": _("例如 《最低生活保障审核确认办法》第十九条"),
}
