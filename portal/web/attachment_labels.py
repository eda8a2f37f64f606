"""What people read of an attachment: what it is, what was taken out of it, and what the scanner said."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from portal.domain.attachments import FileFamily, FileFinding, Removed, ScanState

_ = lazy_gettext

ATTACHMENT_LABELS: dict[type[StrEnum], Mapping[StrEnum, LazyString]] = {
    FileFamily: {
        FileFamily.PICTURE: _("图片"),
        FileFamily.DOCUMENT: _("文档"),
        FileFamily.TEXT: _("纯文本"),
        FileFamily.SOUND: _("录音"),
        FileFamily.VIDEO: _("视频"),
    },
    FileFinding: {
        FileFinding.VIRUS: _("查出病毒"),
        FileFinding.MACROS: _("带有宏"),
        FileFinding.ACTIVE_CONTENT: _("带有会自动执行的内容或嵌入的文件"),
    },
    Removed: {
        Removed.PLACE: _("拍摄或录制地点"),
        Removed.TIME: _("拍摄或编辑时间"),
        Removed.DEVICE: _("设备型号和所用软件"),
        Removed.AUTHOR: _("作者姓名"),
        Removed.PROPERTIES: _("文件属性"),
        Removed.PREVIEW: _("缩略图"),
        Removed.COLOUR_PROFILE: _("色彩配置"),
        Removed.MOTION: _("动态照片里的动画或短视频"),
        Removed.SCRIPT: _("会自动执行的脚本"),
        Removed.LINKS: _("链接地址（文字保留）"),
        Removed.EMBEDDED_FILES: _("嵌入的文件"),
        Removed.FORM: _("表单的填写功能（已填内容保留）"),
        Removed.ANNOTATIONS: _("批注的作者和弹出内容（页面上的标记保留）"),
        Removed.TAGS: _("音视频标签"),
        Removed.COVER: _("封面图片"),
        Removed.SENSORS: _("传感器、字幕等附加轨道"),
        Removed.CONTROL_CHARACTERS: _("看不见的控制字符"),
        Removed.OTHER: _("其他附加信息"),
    },
    ScanState: {
        ScanState.UNSCANNED: _("未经病毒扫描"),
        ScanState.CLEAN: _("病毒扫描未发现问题"),
        ScanState.WAITING: _("等待病毒扫描，暂不能打开"),
    },
}
