from datetime import date

import pytest

from portal.domain.archive import Facet, Piece, read_query
from portal.queries.archive import ArchiveQuery, archive_page
from portal.search.engine import PAGE_SIZE
from portal.search.whoosh_engine import WhooshEngine
from tests.search.factories import START, WORDS, entry


@pytest.fixture
def engine(tmp_path):
    return WhooshEngine(tmp_path / "index")


class Gate:
    """Knows which revision of a publication is public; counts how often it is asked."""

    def __init__(self, live):
        self.live = live
        self.asked = 0

    def __call__(self, publication_ids, *, at):
        self.asked += 1
        return {number: self.live[number] for number in publication_ids if number in self.live}


def page(engine, text, gate, **changes):
    return archive_page(engine, ArchiveQuery(read_query(text, WORDS), **changes), at=START, live=gate)


def test_a_withdrawn_publication_vanishes_although_the_index_still_holds_it(engine):
    engine.replace([entry(1), entry(2, year=2025)])
    shown = page(engine, "低保", Gate({1: 10}))
    assert [one.hit.publication_id for one in shown.hits] == [1]
    assert shown.total == 1
    assert shown.facets[Facet.YEAR] == (("2026", 1),)
    assert page(engine, "GS-2026-000002", Gate({1: 10})).total == 0


def test_a_hit_of_an_earlier_revision_is_held_back(engine):
    engine.replace([entry(1)])
    assert page(engine, "低保", Gate({1: 11})).hits == ()


def test_a_page_is_filled_although_some_of_it_is_held_back(engine):
    engine.replace([entry(number) for number in range(1, 31)])
    live = {number: number * 10 for number in range(1, 31) if number not in {30, 29, 15}}
    shown = page(engine, "低保", Gate(live))
    assert len(shown.hits) == PAGE_SIZE
    assert shown.older is not None
    rest = page(engine, "低保", Gate(live), after=shown.older)
    assert [one.hit.publication_id for one in rest.hits] == [7, 6, 5, 4, 3, 2, 1]
    assert rest.older is None


def test_a_mass_withdrawal_shows_nothing_that_is_held_back(engine):
    engine.replace([entry(number) for number in range(1, 301)])
    assert page(engine, "低保", Gate({1: 10})).hits == ()


def test_a_name_is_answered_without_asking_the_index_or_the_gate(engine):
    engine.replace([entry(1, "李明庄公示")])
    gate = Gate({1: 10})
    shown = page(engine, "李明", gate)
    assert (shown.total, shown.hits, shown.query.words.is_name, gate.asked) == (0, (), True, 0)


def test_what_was_looked_for_is_marked_and_the_days_left_are_counted(engine):
    engine.replace([entry(1, period_last_on=date(2026, 11, 8))])
    (one,) = page(engine, "低保", Gate({1: 10})).hits
    assert Piece("最低生活保障", is_marked=True) in one.title
    assert one.days_left == 7
