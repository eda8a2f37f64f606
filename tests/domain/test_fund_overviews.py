from hypothesis import given
from hypothesis import strategies as st

from portal.domain.divisions import DivisionCode
from portal.domain.fund_overviews import FundColumn, classes, had_by, overview
from portal.domain.fund_totals import FundFigure, FundStage, in_force
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program

CITY, TOWN = DivisionCode("370800"), DivisionCode("370811002")
COUNTIES = tuple(map(DivisionCode, ("370811", "370812", "370826")))


def figure(stage: FundStage, amount: int, part: DivisionCode = COUNTIES[0], **more) -> FundFigure:
    return FundFigure(stage, 2026, CITY, part, Fen(amount), **more)


figures = st.lists(
    st.builds(
        figure,
        st.sampled_from(FundStage),
        st.integers(0, 10**12),
        st.sampled_from(COUNTIES),
        program=st.sampled_from([*Program, None]),
        use=st.sampled_from(FundUse),
        source=st.sampled_from([*FundSource, None]),
    ),
    max_size=30,
)


@given(figures)
def test_every_picture_of_a_page_adds_up_to_the_same_sums(told):
    """Σ by source = Σ by place = Σ by programme = Σ of the small multiples, column by column."""
    view = overview(told, told, told)
    assert view.sources.columns == view.parts.columns == view.programs.columns
    assert view.sources.totals == view.parts.totals == view.programs.totals
    if view.parts.columns:
        assert sum(sum(parts.values()) for parts in view.multiples.values()) == view.parts.totals[0]
    relief = [one for one in told if one.use is FundUse.RELIEF]
    for column, stage in ((FundColumn.ALLOCATED, FundStage.ALLOCATED), (FundColumn.PAID, FundStage.PAID)):
        expected = sum(one.amount_fen for one in relief if one.stage is stage)
        assert sum(view.parts.column(column) if column in view.parts.columns else ()) == expected


def test_the_budget_is_the_latest_phase_of_each_place_and_programme():
    adjusted = figure(FundStage.ADJUSTED, 3, program=Program.TEMPORARY_ASSISTANCE)
    told = [
        figure(FundStage.PROPOSAL, 1, program=Program.TEMPORARY_ASSISTANCE), adjusted,
        figure(FundStage.APPROVED, 2, program=Program.TEMPORARY_ASSISTANCE),
        figure(FundStage.APPROVED, 10, COUNTIES[1], program=Program.TEMPORARY_ASSISTANCE),
        figure(FundStage.PROPOSAL, 100, program=Program.SUBSISTENCE_ALLOWANCE),
    ]  # fmt: skip
    budget = in_force(told)
    assert {one.stage for one in budget} == {FundStage.BUDGET}
    assert overview(budget, budget, [*told, *budget]).parts.column(FundColumn.BUDGET) == (103, 10)


def test_work_counts_in_no_picture():
    told = [figure(FundStage.BUDGET, 5, use=FundUse.WORK), figure(FundStage.BUDGET, 7)]
    view = overview(told, told, told)
    assert (view.work_fen, view.parts.totals) == (5, (7,))


def test_a_county_had_what_it_tells_itself_and_what_the_city_allocated_to_it():
    own = [
        FundFigure(FundStage.BUDGET, 2026, COUNTIES[0], COUNTIES[0], Fen(8)),
        FundFigure(FundStage.ALLOCATED, 2026, COUNTIES[0], TOWN, Fen(3)),
    ]
    above = [figure(FundStage.BUDGET, 9), figure(FundStage.ALLOCATED, 6)]
    had = had_by(own, above)
    assert overview(had, had, own[1:]).sources.totals == (8, 6)
    assert overview(had, had, own[1:]).parts.totals == (3,)


@given(st.lists(st.integers(0, 10**12), max_size=20))
def test_classes_follow_the_values(values):
    levels = classes(values)
    assert all(0 <= level <= 5 for level in levels)
    assert [level == 0 for level in levels] == [value == 0 for value in values]
    assert sorted(levels) == [level for _value, level in sorted(zip(values, levels, strict=True))]


def test_twelve_units_fill_all_five_classes():
    assert set(classes(range(1, 13))) == {1, 2, 3, 4, 5}
