"""`keys rotate`: new standing keys in place of those that somebody may have seen, or that have served long enough."""

from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.usecases import clock
from portal.usecases.key_rotation import rotate_keys

keys = PortalGroup("keys", help="实例的密钥")


@keys.command("rotate")
@as_json
def rotate(*, as_json: bool) -> None:
    """更换加密用的密钥：全部内容改用新密钥加密，然后销毁旧密钥。须先停止网站和后台任务。"""
    rotation = rotate_keys(services(), at=clock.now())
    answer(
        {"renewed": list(rotation.renewed), "kept": list(rotation.kept), "resealed": rotation.resealed},
        f"已更换：{'、'.join(rotation.renewed)}；{rotation.resealed}项内容改用新密钥加密，旧密钥已销毁。",
        f"不能更换：{'、'.join(rotation.kept)}（只用来比对，原值不保存，无从重算）。",
        f"请立即备份 {services().settings.keys}：以前的备份打不开现在的数据库。",
        as_json=as_json,
    )
