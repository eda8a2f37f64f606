"""Entries of 委托代领; the people are invented."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from portal.domain.permissions import Actor
from portal.domain.proxy_collectors import Arrangement, CardHolder, CollectorPost, ProxyReason, Relation
from portal.usecases.proxy_collectors import NewProxy, register_proxy
from portal.usecases.services import Services

RECIPIENT, COLLECTOR = "欧阳青山", "欧阳小溪"
REFERENCE = "许代领委〔2026〕3号"
VILLAGE = "370811002001"
ENTRY = Arrangement(
    recipient=RECIPIENT, collector=COLLECTOR, relation=Relation.CHILD, post=CollectorPost.NONE,
    reason=ProxyReason.HARD_TO_GO, card_holder=CardHolder.RECIPIENT, consent_on=date(2020, 1, 5),
    consent_reference=REFERENCE,
)  # fmt: skip


def registered(services: Services, actor: Actor, *, at: datetime, village: str = VILLAGE, **changes: Any) -> str:
    """The number of a fresh entry, by default of a father and his daughter."""
    new = NewProxy(village, date(2020, 1, 6), replace(ENTRY, **changes))
    return register_proxy(services, actor, new, at=at)
