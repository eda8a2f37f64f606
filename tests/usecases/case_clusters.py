"""Complaints that pile up on the township's office, for tests."""

from datetime import datetime

from portal.domain.case_actions import Action
from portal.domain.cases import AccusedRole, Category
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, about, hand_in, take


def pile_up(services: Services, cast: Cast, *, at: datetime, count: int = 5) -> list[str]:
    """Complaints from one village about the township's office; their numbers."""
    accusing = about(
        COMPLAINT, category=Category.FAVOURITISM, accused_role=AccusedRole.OFFICIAL,
        accused_office_id=cast.wu_shi.office_id,
    )  # fmt: skip
    found = [hand_in(services, accusing, at=at).number for _ in range(count)]
    for number in found:
        take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    return found
