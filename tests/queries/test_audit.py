from datetime import datetime

from portal.domain.cases import AccusedRole
from portal.queries.audit import audit_page
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, about, hand_in


def test_an_auditor_does_not_learn_of_a_case_about_himself_or_his_office(
    services: Services, cast: Cast, at: datetime
) -> None:
    himself = about(COMPLAINT, accused_role=AccusedRole.OFFICIAL, accused_account_id=cast.zhou_jiu.account_id)
    accused, ordinary = hand_in(services, himself, at=at).number, hand_in(services, at=at).number

    told = {line.subject for line in audit_page(cast.zhou_jiu).lines}
    assert ordinary in told
    assert accused not in told
    assert audit_page(cast.zhou_jiu, subject=accused).lines == ()
