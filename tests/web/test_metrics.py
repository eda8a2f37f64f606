from portal.usecases import clock
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder
from portal.usecases.payment_uploads import queue_roster
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases.lists import published
from tests.usecases.payments import roster


def test_a_monitor_reads_what_waits(client: CheckedClient, services: Services, cast: Cast) -> None:
    published(services, cast, at=clock.now())
    queue_roster(services, cast.zhang_san, Upload("花名册.xlsx", roster()), PaymentOrder(), at=clock.now())
    figures = client.get("/metrics").text
    assert 'portal_revisions{state="published"} 1.0' in figures
    assert "portal_work_waiting 2.0" in figures
    assert "portal_unconfirmed_places 4.0" in figures
    assert "portal_rosters_waiting 1.0" in figures
