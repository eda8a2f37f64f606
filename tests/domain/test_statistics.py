from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import statistics
from portal.domain.statistics import CountAndAmount, Shown

TEN = 10


def suppress(table, threshold=TEN):
    return statistics.suppress(table, threshold)


def counts(**persons):
    return {key: CountAndAmount(number, number * 100) for key, number in persons.items()}


def shown(table):
    return {key: cell.shown for key, cell in table.cells.items()}


def test_counts_of_ten_and_more_are_shown():
    table = suppress(counts(a=10, b=25, c=0))
    assert set(shown(table).values()) == {Shown.FIGURES}
    assert table.rest is None
    assert table.total.persons == 35


def test_one_small_count_takes_another_with_it():
    table = suppress(counts(a=3, b=50, c=200))
    assert shown(table) == {"a": Shown.SMALL, "b": Shown.MERGED, "c": Shown.FIGURES}
    assert table.rest == CountAndAmount(53, 5300)
    assert table.cells["a"].persons is None
    assert table.cells["a"].amount_fen is None


def test_small_counts_that_could_only_be_nine_each_take_a_third():
    assert shown(suppress(counts(a=9, b=9, c=70)))["c"] is Shown.MERGED


def test_the_cell_that_is_hidden_beside_a_small_one_is_not_chosen_by_its_size():
    # Were it the smallest, a reader of 10, 10 and 其余 15 would know that it counts 10, and the small one 5.
    assert shown(suppress(counts(a=50, b=5, c=40, d=10))) == {
        "a": Shown.FIGURES, "b": Shown.SMALL, "c": Shown.MERGED, "d": Shown.FIGURES,
    }  # fmt: skip
    assert shown(suppress(counts(a=50, b=40, c=5)))["a"] is Shown.MERGED


def test_small_counts_that_hide_one_another_need_no_other():
    table = suppress(counts(a=5, b=6, c=70))
    assert shown(table)["c"] is Shown.FIGURES
    assert table.rest == CountAndAmount(11, 1100)


def test_where_the_label_itself_would_tell_the_number_nothing_is_labelled_small():
    assert shown(suppress(counts(a=1, b=10))) == {"a": Shown.MERGED, "b": Shown.MERGED}


def test_a_small_total_is_left_to_the_level_above():
    table = suppress(counts(a=3, b=4, c=0))
    assert shown(table) == {"a": Shown.SMALL, "b": Shown.SMALL, "c": Shown.FIGURES}
    assert (table.rest, table.total.persons, table.total.amount_fen) == (None, None, None)


def test_an_empty_table_adds_up_to_nothing():
    assert suppress({}).total.persons == 0


CELLS = st.builds(CountAndAmount, st.one_of(st.integers(0, 15), st.integers(0, 500)), st.integers(0, 10**7))


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), CELLS, max_size=9))
def test_totals_always_add_up_and_no_small_count_can_be_seen_or_computed(table):
    result = suppress(table)
    figures = [cell for cell in result.cells.values() if cell.shown is Shown.FIGURES]
    hidden = [key for key, cell in result.cells.items() if cell.shown is not Shown.FIGURES]
    assert list(result.cells) == list(table)
    assert all(cell.persons == 0 or cell.persons >= 10 for cell in figures)
    assert len(hidden) != 1 or result.total.persons is None
    if result.total.persons is None:
        assert sum(count.persons for count in table.values()) < 10
        return
    rest = result.rest or CountAndAmount(0, 0)
    assert result.total.persons == sum(cell.persons for cell in figures) + rest.persons
    assert result.total.amount_fen == sum(cell.amount_fen for cell in figures) + rest.amount_fen
    assert result.total.persons == sum(count.persons for count in table.values())
    assert result.rest is None or rest.persons >= 10


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), CELLS, max_size=4))
def test_at_least_two_distributions_fit_what_is_shown(table):
    result = suppress(table)
    small = [key for key, cell in result.cells.items() if cell.shown is Shown.SMALL]
    merged = [key for key, cell in result.cells.items() if cell.shown is Shown.MERGED]
    if result.total.persons is None or not small:
        return
    for key in small:
        others = len(small) - 1
        possible = [
            number
            for number in range(1, 10)
            if others + 10 * len(merged) <= result.rest.persons - number
            and (merged or result.rest.persons - number <= 9 * others)
        ]
        assert len(possible) >= 5, key


def test_the_smallest_count_that_is_told_is_the_bureaus_own():
    assert set(shown(suppress(counts(a=3, b=50), 3)).values()) == {Shown.FIGURES}


@pytest.mark.parametrize(("cells", "most"), [(2, 40), (3, 30), (4, 22), (5, 17)])
def test_whoever_knows_the_rules_and_the_cells_cannot_tell_a_hidden_count(cells: int, most: int):
    """All tables at once, under a smaller threshold: those that look the same differ in each hidden count."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for numbers in product(range(1, most), repeat=cells - 1):
        for last in range(1, most - sum(numbers) + 1):
            told = suppress(counts(**dict(zip("abcde", (*numbers, last), strict=False))), 6)
            view = tuple((cell.shown, cell.persons) for cell in (*told.cells.values(), told.total))
            alike.setdefault((view, told.rest and told.rest.persons), []).append((*numbers, last))
    for (view, _rest), tables in alike.items():
        for place in range(cells):
            if view[place][1] is None and view[-1][1] is not None:
                assert len({table[place] for table in tables}) > 1, tables
