"""The gate over several revisions: what one revision closes, another must not tell."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.domain.errors import RefusedError
from portal.domain.publications import Area, WithdrawalKind
from portal.models.base import db
from portal.models.notices import NoticeRow
from portal.models.publications import Publication
from portal.queries.publications import list_page, public_view
from portal.usecases.notice_drafts import Correction, correct_text
from portal.usecases.row_takedowns import hide_row, review_hidden_row
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases.lists import Row, identity, imported, make_public, people, published

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ZHEN, ZHANG = "370811002201", "370811002212"


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def corrected(
    services: Services, cast: Cast, number: str, rows: list[Row], kind: WithdrawalKind, *, hours: int = 1
) -> None:
    at = NOW + timedelta(hours=hours)
    imported(services, cast.zhang_san, rows, at=at, corrects=number, change_kind=kind, change_note="名单有误，现予更正")
    make_public(services, cast, number, at=at)
    db.session.rollback()


def row_of(number: str, row: Row) -> int:
    """Which row of the live list a household became; amounts tell it here."""
    query = (
        select(NoticeRow.seq)
        .join(Publication, Publication.live_revision_id == NoticeRow.revision_id)
        .where(Publication.number == number, NoticeRow.amount_fen == row[5])
    )
    return db.session.execute(query).scalar_one()


def marked(rows: list[Row]) -> list[Row]:
    """The same households, the first with an amount that nobody else has."""
    return [(*rows[0][:5], 98_765), *rows[1:]]


def test_a_correction_for_privacy_closes_every_earlier_revision(
    client: CheckedClient, services: Services, cast: Cast
) -> None:
    rows = people(40)
    number = published(services, cast, at=NOW, rows=rows)
    corrected(services, cast, number, rows[:39], WithdrawalKind.CORRECTION)
    corrected(services, cast, number, rows[:38], WithdrawalKind.PRIVACY, hours=2)
    for ordinal in (1, 2):
        assert client.get(f"/notices/{number}/revisions/{ordinal}").status_code == 410, ordinal
    assert client.get(f"/notices/{number}").text.count("已关闭") == 2


def test_a_hidden_row_is_gone_from_the_earlier_revisions_too(
    client: CheckedClient, services: Services, cast: Cast
) -> None:
    rows = marked(people(40))
    number = published(services, cast, at=NOW, rows=rows)
    corrected(services, cast, number, rows[:39], WithdrawalKind.CORRECTION)
    earlier = f"/notices/{number}/revisions/1"
    assert "987.65" in client.get(earlier).text
    seq = row_of(number, rows[0])
    hide_row(services, cast.zhao_liu, number, seq, at=NOW)
    assert "987.65" not in client.get(f"/notices/{number}").text
    assert "987.65" not in client.get(earlier).text
    review_hidden_row(services, cast.wang_wu, number, seq, upheld=False, at=NOW)
    assert "987.65" in client.get(earlier).text


@pytest.mark.parametrize("upheld", [True, None])
def test_a_hidden_row_stays_hidden_when_the_list_is_corrected(
    client: CheckedClient, services: Services, cast: Cast, *, upheld: bool | None
) -> None:
    rows = marked(people(40))
    number = published(services, cast, at=NOW, rows=rows)
    seq = row_of(number, rows[0])
    hide_row(services, cast.zhao_liu, number, seq, at=NOW)
    if upheld:
        review_hidden_row(services, cast.wang_wu, number, seq, upheld=True, at=NOW)
    corrected(services, cast, number, rows[:39], WithdrawalKind.CORRECTION)
    assert "987.65" not in client.get(f"/notices/{number}").text
    assert client.get(f"/notices/{number}").text.count('class="name"') == 38


def test_a_hidden_row_stays_hidden_when_the_text_alone_is_corrected(
    client: CheckedClient, services: Services, cast: Cast
) -> None:
    rows = marked(people(40))
    number = published(services, cast, at=NOW, rows=rows)
    hide_row(services, cast.zhao_liu, number, row_of(number, rows[0]), at=NOW)
    note = Correction(number, WithdrawalKind.CORRECTION, "导语写错了月份")
    correct_text(services, cast.zhang_san, note, "", at=NOW)
    make_public(services, cast, number, at=NOW)
    assert "987.65" not in client.get(f"/notices/{number}").text


def test_the_difference_of_revisions_tells_nothing_of_a_hidden_row(
    client: CheckedClient, services: Services, cast: Cast
) -> None:
    rows = marked(people(40))
    number = published(services, cast, at=NOW, rows=rows)
    corrected(services, cast, number, [(*rows[0][:5], 43_210), *rows[1:]], WithdrawalKind.CORRECTION)
    assert "987.65" in client.get(f"/notices/{number}").text
    hide_row(services, cast.zhao_liu, number, row_of(number, (*rows[0][:5], 43_210)), at=NOW)
    page = client.get(f"/notices/{number}").text
    assert "987.65" not in page
    assert "432.10" not in page


@pytest.mark.parametrize("kind", [WithdrawalKind.PRIVACY, WithdrawalKind.ERROR, WithdrawalKind.CORRECTION])
def test_a_village_that_a_correction_makes_too_small_is_told_no_longer(
    client: CheckedClient, services: Services, cast: Cast, kind: WithdrawalKind
) -> None:
    big, small = people(20, villages=("甄庄村",)), people(4, first=500, villages=("张营村",))
    number = published(services, cast, at=NOW, rows=[*big, *small])
    places = (f"/notices/?division={ZHANG}", f"/places/{ZHANG}")
    for path in places:
        assert number in client.get(path).text, path
    corrected(services, cast, number, [*big, *small[:2]], kind)
    for path in places:
        assert number not in client.get(path).text, path
    assert "张营村" not in client.get(f"/notices/{number}").text
    for path in (f"/notices/?division={ZHEN}", f"/places/{ZHEN}"):
        assert number in client.get(path).text, path


def test_after_the_end_no_filter_tells_which_villages_a_list_held(
    client: CheckedClient, services: Services, cast: Cast, moment: time_machine.Traveller
) -> None:
    number = published(services, cast, at=NOW)
    assert number in client.get(f"/notices/?division={ZHEN}").text
    moment.move_to(NOW + timedelta(days=40))
    assert number not in client.get(f"/notices/?division={ZHEN}").text
    assert number in client.get("/notices/?division=370811002").text


def test_a_list_of_one_small_village_is_refused_for_the_village_alone(services: Services, cast: Cast) -> None:
    rows = people(2, villages=("张营村",))
    with pytest.raises(RefusedError, match="镇"):
        imported(services, cast.zhang_san, rows, at=NOW, division_code=ZHANG)


def test_two_months_cannot_be_laid_side_by_side(services: Services, cast: Cast) -> None:
    """The same people in two lists stand in another order, or masked names could be followed from month to month."""
    rows = [("甄庄村", "李秀英", identity(i), 2, 1, 40_000 + i * 100) for i in range(30)]
    orders = []
    for month in (date(2026, 10, 1), date(2026, 11, 1)):
        number = imported(services, cast.zhang_san, rows, at=NOW, month=month).number or ""
        view = public_view(Area.NOTICES, make_public(services, cast, number, at=NOW), at=NOW)
        assert view is not None
        orders.append([row[-1] for row in list_page(view, 1)])
    assert sorted(orders[0], key=str) == sorted(orders[1], key=str)
    assert orders[0] != orders[1]


def test_a_page_is_never_kept_with_the_address_that_one_visitor_made_up(
    client: CheckedClient, services: Services, cast: Cast
) -> None:
    number = published(services, cast, at=NOW)
    client.get(f"/notices/{number}", headers={"Host": "evil.example"})
    assert "evil.example" not in client.get(f"/notices/{number}").text
