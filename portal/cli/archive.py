"""`archive rebuild` makes the search index anew."""

from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.usecases import clock
from portal.usecases.archive import rebuild as rebuild_index

archive = PortalGroup("archive", help="搜索索引")


@archive.command("rebuild")
@as_json
def rebuild(as_json: bool) -> None:
    """重建搜索索引；建好之前，原索引照常使用。"""
    count = rebuild_index(services(), at=clock.now())
    answer({"entries": count}, f"搜索索引已重建，共 {count} 件", as_json=as_json)
