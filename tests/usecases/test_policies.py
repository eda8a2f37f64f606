"""What the bureau decides itself is read from its own tables, and acted upon."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models.notices import HiddenRow
from portal.queries.documents import desk_document
from portal.queries.rulebook import read_rulebook
from portal.usecases.documents import draft_document
from portal.usecases.row_takedowns import hide_row
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.documents import POLICY
from tests.usecases.lists import published

OWN = (
    "smallest_count_told = 20\nhidden_row_review_hours = 4\nmost_rows_hidden_as_asked = 1\ndocument_review_days = 10\n"
)


@pytest.fixture
def changed(services: Services, tmp_path: Path) -> Services:
    """The services of a bureau that has put a table of its own into its rules folder."""
    (tmp_path / "policies.toml").write_text(OWN, encoding="utf-8")
    return replace(services, rulebook=read_rulebook(tmp_path))


def test_the_shipped_policies_are_those_of_the_rules(services: Services):
    policies = services.rulebook.policies
    assert policies.smallest_count_told == 10
    assert policies.hidden_row_review == timedelta(hours=24)
    assert policies.most_rows_hidden_as_asked == 5
    assert policies.document_review == timedelta(days=365)


def test_a_hidden_row_is_reviewed_as_soon_as_the_bureau_wants(
    changed: Services, session: Session, cast: Cast, at: datetime
):
    hide_row(changed, cast.zhao_liu, published(changed, cast, at=at), 1, at=at)
    assert session.scalars(select(HiddenRow.review_due_at)).one() == at + timedelta(hours=4)


def test_a_document_without_a_day_is_looked_at_again_when_the_bureau_wants(changed: Services, cast: Cast, at: datetime):
    number = draft_document(changed, cast.li_si, replace(POLICY, review_on=None), at=at)
    content = desk_document(cast.li_si, number, changed.rulebook.repealed, at=at).content
    assert content is not None
    assert content.review_on == date(2026, 11, 30)


def test_statistics_tell_what_the_bureau_lets_them_tell(changed: Services):
    assert changed.rulebook.policies.smallest_count_told == 20
