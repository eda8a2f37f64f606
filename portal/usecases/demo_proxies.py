"""委托代领 in the sample data: entries that hold, one overdue for its review, one that waits, one that has ended."""

from datetime import datetime, timedelta

from portal.domain.instants import shanghai_date
from portal.domain.proxy_collectors import Arrangement, CardHolder, CollectorPost, EndReason, ProxyReason, Relation
from portal.queries.divisions import children_of
from portal.usecases.demo_offices import Desk
from portal.usecases.proxy_collectors import NewProxy, end_proxy, register_proxy, review_proxy
from portal.usecases.services import Services


def enter_proxies(services: Services, desk: Desk, *, at: datetime) -> None:
    """Enter them at a township by its drafter and reviewer; the names say that they are samples."""
    for days, recipient in ((380, "示例老人甲"), (90, "示例老人乙")):
        review_proxy(services, desk.reviewer, _enter(services, desk, recipient, at=_ago(at, days)), holds=True, at=at)
    late = _enter(services, desk, "示例老人丙", at=_ago(at, 400))
    review_proxy(services, desk.reviewer, late, holds=True, at=_ago(at, 398))
    _enter(services, desk, "示例老人丁", at=_ago(at, 3), post=CollectorPost.VILLAGE_CADRE)
    ended = _enter(services, desk, "示例老人戊", at=_ago(at, 60))
    end_proxy(services, desk.drafter, ended, EndReason.COLLECTS_HIMSELF, at=_ago(at, 20))


def _ago(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)


def _enter(
    services: Services, desk: Desk, recipient: str, *, at: datetime, post: CollectorPost = CollectorPost.NONE
) -> str:
    held = CardHolder.VILLAGE if post is CollectorPost.VILLAGE_CADRE else CardHolder.RECIPIENT
    told = Arrangement(
        recipient=recipient, collector=recipient.replace("老人", "子女"), relation=Relation.CHILD, post=post,
        reason=ProxyReason.HARD_TO_GO, card_holder=held, consent_on=shanghai_date(at) - timedelta(days=5),
        consent_reference="示例委托书，存示例档案柜",
    )  # fmt: skip
    village = children_of(desk.place.code)[0]
    return register_proxy(services, desk.drafter, NewProxy(village.code, shanghai_date(at), told), at=at)
