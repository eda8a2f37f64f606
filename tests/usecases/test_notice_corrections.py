from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.disclosure import NoticeRules
from portal.domain.errors import ConflictError, RefusedError
from portal.domain.publications import Area, Face, WithdrawalKind
from portal.queries.publications import list_page, public_view, revision_view
from portal.usecases import publications
from portal.usecases.notice_drafts import Correction, correct_text
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.lists import Row, imported, make_public, people, published


def corrected(
    services: Services, cast: Cast, number: str, rows: list[Row], kind: WithdrawalKind, *, at: datetime
) -> str:
    outcome = imported(
        services, cast.zhang_san, rows, at=at, corrects=number, change_kind=kind, change_note="金额录入有误，现予更正"
    )
    assert outcome.number == number
    return make_public(services, cast, number, at=at)


def raised(row: Row, fen: int) -> Row:
    return (*row[:5], row[5] + fen)


def test_a_correction_tells_row_and_cell_with_the_old_value(services: Services, cast: Cast, at: datetime) -> None:
    rows = people(40)
    number = published(services, cast, at=at, rows=rows)
    later = at + timedelta(hours=2)
    corrected(services, cast, number, [raised(rows[0], 5000), *rows[1:]], WithdrawalKind.CORRECTION, at=later)
    view = public_view(Area.NOTICES, number, at=later)
    assert view is not None
    assert view.ordinal == 2
    (changed,) = view.head["changes"]["changed"]
    assert changed["cells"] == [{"column": "amount", "old": rows[0][5]}]


def test_the_corrected_revision_stays_readable_until_its_end(services: Services, cast: Cast, at: datetime) -> None:
    rows = people(40)
    number = published(services, cast, at=at, rows=rows)
    corrected(services, cast, number, rows[:39], WithdrawalKind.CORRECTION, at=at + timedelta(hours=2))
    earlier = revision_view(Area.NOTICES, number, 1, at=at + timedelta(hours=3))
    assert earlier is not None
    assert earlier.face is Face.FULL
    assert len(list_page(earlier, 1)) == 40


@pytest.mark.parametrize("kind", [WithdrawalKind.PRIVACY, WithdrawalKind.ERROR])
def test_a_correction_for_privacy_or_error_closes_the_earlier_revision_and_tells_no_old_value(
    services: Services, cast: Cast, at: datetime, kind: WithdrawalKind
) -> None:
    rows = people(40)
    number = published(services, cast, at=at, rows=rows)
    later = at + timedelta(hours=2)
    corrected(services, cast, number, [raised(rows[0], 5000), *rows[1:39]], kind, at=later)
    earlier, live = revision_view(Area.NOTICES, number, 1, at=later), public_view(Area.NOTICES, number, at=later)
    assert earlier is not None
    assert earlier.face is Face.WITHDRAWN
    assert list_page(earlier, 1) == []
    assert live is not None
    assert live.head["changes"]["removed"] == 1
    assert all("old" not in cell for row in live.head["changes"]["changed"] for cell in row["cells"])


def test_serials_of_equal_names_stay_the_same_over_revisions(services: Services, cast: Cast, at: datetime) -> None:
    rows = [("甄庄村", "李秀英", ident, 2, 1, 41_000) for *_, ident, _, _, _ in people(14, villages=("甄庄村",))]
    number = published(services, cast, at=at, rows=rows)
    before = public_view(Area.NOTICES, number, at=at)
    later = at + timedelta(hours=2)
    corrected(services, cast, number, rows[3:], WithdrawalKind.CORRECTION, at=later)
    after = public_view(Area.NOTICES, number, at=later)
    assert before is not None
    assert after is not None
    old = {row[1] for row in list_page(before, 1)}
    new = {row[1] for row in list_page(after, 1)}
    assert len(new) == 11
    assert new < old


def test_a_correction_never_shortens_the_promised_period(services: Services, cast: Cast, at: datetime) -> None:
    number = published(services, cast, at=at)
    view = public_view(Area.NOTICES, number, at=at)
    later = at + timedelta(days=1)
    correct_text(
        services, cast.zhang_san, Correction(number, WithdrawalKind.CORRECTION, "导语写错了月份"), "", at=later
    )
    make_public(services, cast, number, at=later)
    again = public_view(Area.NOTICES, number, at=later)
    assert view is not None
    assert again is not None
    assert view.period_last_on is not None
    assert again.period_last_on is not None
    assert again.period_last_on >= view.period_last_on


def test_only_one_correction_is_open_at_a_time(services: Services, cast: Cast, at: datetime) -> None:
    number = published(services, cast, at=at)
    note = Correction(number, WithdrawalKind.CORRECTION, "导语写错了月份")
    correct_text(services, cast.zhang_san, note, "", at=at)
    with pytest.raises(ConflictError):
        correct_text(services, cast.zhang_san, note, "", at=at)


def test_a_change_note_with_a_name_of_the_list_is_refused_and_nothing_is_left(
    services: Services, cast: Cast, at: datetime
) -> None:
    rows = people(40)
    number = published(services, cast, at=at, rows=rows)
    note = Correction(number, WithdrawalKind.CORRECTION, f"更正{rows[3][1]}的金额")
    with pytest.raises(RefusedError):
        correct_text(services, cast.zhang_san, note, "", at=at)
    correct_text(services, cast.zhang_san, Correction(number, WithdrawalKind.CORRECTION, "更正金额"), "", at=at)


@pytest.mark.parametrize("kind", list(WithdrawalKind))
def test_whoever_is_struck_from_the_list_is_not_named_in_the_change_note(
    services: Services, cast: Cast, at: datetime, kind: WithdrawalKind
) -> None:
    rows = people(40)
    number = published(services, cast, at=at, rows=rows)
    note = f"{rows[0][1]}家已迁出本村，从名单中删去"
    with pytest.raises(RefusedError):
        imported(services, cast.zhang_san, rows[1:], at=at, corrects=number, change_kind=kind, change_note=note)


def test_whoever_was_struck_from_the_list_is_not_named_when_it_is_withdrawn(
    services: Services, cast: Cast, at: datetime
) -> None:
    rows = people(40)
    number = published(services, cast, at=at, rows=rows)
    corrected(services, cast, number, rows[1:], WithdrawalKind.CORRECTION, at=at + timedelta(hours=2))
    reason = f"{rows[0][1]}家要求撤下"
    with pytest.raises(RefusedError):
        publications.withdraw(
            services, cast.zhao_liu, number, WithdrawalKind.RECALL, reason, at=at + timedelta(hours=3)
        )


def test_a_correction_is_read_by_the_rule_under_which_its_notice_began(services: Services, cast: Cast) -> None:
    begun, later = datetime(2026, 6, 29, 2, 0, tzinfo=UTC), datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
    rules = services.rulebook.notice_rules.rules
    # As if the law had also taken the amounts from the lists.
    changed = tuple(
        replace(rule, columns=rule.columns[:2]) if rule.effective_on == date(2026, 7, 1) else rule for rule in rules
    )
    services = replace(services, rulebook=replace(services.rulebook, notice_rules=NoticeRules(changed)))
    rows = people(40)
    number = published(services, cast, at=begun, rows=rows)
    corrected(services, cast, number, [raised(rows[0], 5000), *rows[1:]], WithdrawalKind.CORRECTION, at=later)
    view = public_view(Area.NOTICES, number, at=later)
    assert view is not None
    assert view.head["rule_version"] == "2021-07"
    assert "amount" in view.head["columns"]
    assert view.head["changes"]["changed"]


def test_a_list_of_an_earlier_month_cites_the_law_of_the_day_it_is_handed_in(services: Services, cast: Cast) -> None:
    cited = []
    for day in (30, 31):
        at = datetime(2026, 6, 1, 2, 0, tzinfo=UTC) + timedelta(days=day - 1)
        outcome = imported(services, cast.zhang_san, people(20, first=day * 20), at=at, month=date(2026, 5, 1))
        view = public_view(Area.NOTICES, make_public(services, cast, str(outcome.number), at=at), at=at)
        assert view is not None
        cited.append(view.head["basis_sentence"])
    assert "《社会救助暂行办法》" in cited[0]
    assert "《中华人民共和国社会救助法》" in cited[1]


def over(services: Services, number: str, at: datetime) -> datetime:
    view = public_view(Area.NOTICES, number, at=at)
    assert view is not None
    assert view.visible_until is not None
    return view.visible_until


def test_a_list_whose_period_is_over_is_not_opened_again_by_a_correction(
    services: Services, cast: Cast, at: datetime
) -> None:
    rows = people(40)
    number = published(services, cast, at=at, rows=rows)
    later = over(services, number, at)

    with pytest.raises(ConflictError, match="公示期已满"):
        corrected(services, cast, number, rows[:39], WithdrawalKind.CORRECTION, at=later)
    with pytest.raises(ConflictError, match="公示期已满"):
        correct_text(services, cast.zhang_san, Correction(number, WithdrawalKind.CORRECTION, "导语有误"), "", at=later)


def test_a_correction_that_was_drafted_in_time_is_not_published_after_the_end(
    services: Services, cast: Cast, at: datetime
) -> None:
    number = published(services, cast, at=at)
    later = over(services, number, at)
    correct_text(services, cast.zhang_san, Correction(number, WithdrawalKind.CORRECTION, "导语有误"), "", at=at)

    with pytest.raises(ConflictError, match="公示期已满"):
        make_public(services, cast, number, at=later)
    view = public_view(Area.NOTICES, number, at=later)
    assert view is not None
    assert view.face is Face.SEALED
