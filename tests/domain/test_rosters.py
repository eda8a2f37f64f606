from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.causes import Cause
from portal.domain.money import Fen
from portal.domain.programs import AssistanceType
from portal.domain.roster_headings import RosterColumn
from portal.domain.sheets import Sheet
from tests.domain.roster_lists import (
    HEADER,
    NAMES,
    cells,
    number,
    read,
    read_sheets,
    request,
    row,
    said,
    sheet,
    temporary,
)


def test_a_plain_list_is_read_whole():
    roster = read(
        ["许庄街道低保名单"],
        ["单位：元/月"],
        HEADER,
        row(1),
        row(2, G="1,308.00"),
        ["合计", None, "2户", None, 6, 4, 2128],
    )
    assert not roster.problems
    first, second = roster.recipients
    assert (first.row, first.village.display_name, first.name, first.id_number) == (4, "甄庄村", NAMES[1], number(1))
    assert (first.household_size, first.persons_covered, first.amount_fen) == (3, 2, Fen(82000))
    assert second.amount_fen == Fen(130800)
    assert roster.stated_totals[0].amount_fen == Fen(212800)


def test_full_width_digits_text_numbers_and_units_in_cells_are_understood():
    roster = read(HEADER, row(1, E="４人", F="２", G="１，２４６．００元"), row(2, E=" 3口", F="两人", G="￥820"))
    assert not roster.problems
    assert [found.amount_fen for found in roster.recipients] == [124600, 82000]
    assert [found.persons_covered for found in roster.recipients] == [2, 2]


def test_every_faulty_cell_is_named_once():
    bad = number(3)[:-1] + ("1" if number(3)[-1] != "1" else "2")
    roster = read(
        HEADER, row(1), row(2, D=number(1)), row(3, D=bad), row(4, C=None), row(5, E=1, F=2), row(6, G=-5),
        row(7, B="不存在村"), row(8, G="#REF!"), row(9, G="八百"), row(10, E="三口人多"),
    )  # fmt: skip
    assert cells(roster) == ["D3", "D4", "C5", "F6", "G7", "B8", "G9", "G10", "E11"]


def test_a_repeated_person_is_named_with_the_earlier_cell_also_on_another_sheet():
    roster = read(HEADER, row(1), row(2, D=number(1).lower()))
    assert "D2" in said(roster)
    roster = read_sheets(sheet([HEADER, row(1)], "甲"), sheet([HEADER, row(1)], "乙"))
    assert [problem.sheet for problem in roster.problems] == ["乙"]
    assert "甲!D2" in said(roster)


def test_identity_numbers_kept_as_numbers_are_all_named():
    roster = read(HEADER, row(1, D=float(number(1)[:17] + "0")), row(2, D=int(number(2)[:17] + "0")))
    assert cells(roster) == ["D2", "D3"]
    assert said(roster).count("末位已丢失") == 2


def test_scientific_notation_and_old_numbers_have_words_of_their_own():
    roster = read(HEADER, row(1, D="3.70899E+17"), row(2, D=number(2)[:6] + number(2)[8:17]))
    assert "末位已丢失" in str(roster.problems[0].message)
    assert "15位" in str(roster.problems[1].message)


def test_a_small_x_a_quote_and_spaces_do_no_harm_to_an_identity_number():
    order = next(order for order in range(1, 200) if number(order).endswith("X"))
    roster = read(HEADER, row(1, D="'" + number(order).lower() + "\t"))
    assert roster.recipients[0].id_number == number(order)


def test_blank_rows_serial_rows_signatures_and_notes_are_no_recipients():
    roster = read(
        ["标题"], HEADER, [], row(1), [2], [None, None, None], row(3),
        ["审核人：", None, None, "经办人：", None, None, "（盖章）"], ["注：本表一式三份，村、镇、县各一份。"],
        [None, None, None, None, None, None, "2026年11月16日"], ["填表人：某某", None, "负责人："],
    )  # fmt: skip
    assert not roster.problems
    assert len(roster.recipients) == 2


def test_headers_repeated_on_every_page_are_skipped_and_page_totals_understood():
    roster = read(
        ["标题"], HEADER, row(1), row(2), ["本页小计", None, None, None, None, None, 1640], HEADER, row(3),
        ["小  计", None, None, None, None, None, 820], ["合", "计", "3户", None, None, None, "2,460.00"],
    )  # fmt: skip
    assert not roster.problems
    assert len(roster.recipients) == 3


def test_a_total_that_is_off_is_named_even_when_rows_are_faulty():
    roster = read(HEADER, row(1), row(2, G="#N/A"), ["合计", None, "3户", None, None, None, 1640])
    assert cells(roster) == ["G3", "C4", "G4"]


def test_totals_before_the_rows_and_in_words_are_understood():
    roster = read(HEADER, ["合计", None, 2, None, 6, 4, 1640], row(1), row(2))
    assert not roster.problems
    roster = read(["发放户数：2　发放人数：4　发放总额：1640元"], HEADER, row(1), row(2), ["合计：2户，4人，1640元"])
    assert not roster.problems
    roster = read(["发放户数：3　发放总额：1640元"], HEADER, row(1), row(2))
    assert cells(roster) == ["A1"]


def test_sums_without_a_word_before_them_are_held_against_the_list():
    assert not read(HEADER, row(1), row(2), [None, None, None, None, 6, 4, 1640]).problems
    assert cells(read(HEADER, row(1), row(2), [None, None, None, None, None, None, 1641])) == ["G4"]


def test_formulas_drawn_too_far_down_are_no_rows():
    assert not read(
        HEADER, row(1), [None, None, None, None, None, None, 0], [3, None, None, None, None, None, None]
    ).problems


def test_village_subtotals_and_village_lines_between_the_rows():
    header = ["序号", "姓名", "身份证号", "家庭人口", "保障人口", "金额"]
    rows = [["甄庄村"], [1, "韩春梅", number(1), 1, 1, 410], ["甄庄村小计", None, None, None, None, 410]]
    rows += [
        ["张营村"],
        [1, "孟小河", number(2), 1, 1, 520],
        ["张营村小计", None, None, None, None, 520],
        ["总计", None, None, None, None, 930],
    ]
    roster = read(["许庄街道名单"], header, *rows)
    assert not roster.problems
    assert [found.village.display_name for found in roster.recipients] == ["甄庄村", "张营村"]


def test_one_sheet_per_village_takes_the_village_from_its_name_or_title():
    header = ["姓名", "身份证号", "家庭人口", "保障人口", "金额"]
    roster = read_sheets(
        sheet([header, ["韩春梅", number(1), 1, 1, 410]], "甄庄村"),
        sheet([["许庄街道张营村低保公示名单"], header, ["孟小河", number(2), 1, 1, 410]], "Sheet2"),
        sheet([["说明"], ["请勿外传"]], "说明"),
        sheet([["村", "户数", "保障人口", "金额"], ["甄庄村", 1, 1, 410]], "汇总"),
    )
    assert not roster.problems
    assert [found.village.display_name for found in roster.recipients] == ["甄庄村", "张营村"]
    assert {warning.sheet for warning in roster.warnings} >= {"说明", "汇总"}


def test_a_list_without_any_village_says_so_once():
    roster = read(["姓名", "身份证号", "家庭人口", "保障人口", "金额"], ["韩春梅", number(1), 1, 1, 410])
    assert cells(roster) == ["A1"]


def test_hidden_sheets_are_not_read_and_hidden_columns_and_rows_are_but_the_clerk_hears_of_them():
    shown = sheet([HEADER, row(1)])
    roster = read_sheets(
        Sheet(shown.name, shown.rows, hidden_columns=frozenset({6}), hidden_rows=frozenset({2})),
        Sheet("旧名单", (), hidden=True),
    )
    assert len(roster.recipients) == 1
    assert [warning.cell for warning in roster.warnings] == ["", "G1", ""]


def test_one_row_per_person_is_grouped_by_relation():
    header = ["序号", "村居", "姓名", "与户主关系", "身份证号", "月保障金额"]
    roster = read(
        header, [1, "甄庄村", "韩春梅", "本人", number(1), 1230], [None, None, "孔凡星", "配偶", number(2), None],
        [None, None, "孟小河", "之子", number(3), None], [2, "张营村", "颜如意", "户主", number(4), 410],
        ["合计", None, "2户", None, None, 1640],
    )  # fmt: skip
    assert not roster.problems
    assert [(found.name, found.household_size, found.persons_covered) for found in roster.recipients] == [
        ("韩春梅", 3, 3), ("颜如意", 1, 1),
    ]  # fmt: skip


def test_one_row_per_person_is_grouped_by_household_number_whoever_stands_first():
    header = ["户号", "村居", "姓名", "与户主关系", "身份证号", "家庭人口", "保障人口", "月保障金额"]
    roster = read(
        header, ["01", "甄庄村", "孔凡星", "配偶", number(2), 2, 2, 820], ["01", "甄庄村", "韩春梅", "户主", number(1), 2, 2, 820],
        ["02", "甄庄村", "颜如意", "户主", number(4), 1, 1, 410],
    )  # fmt: skip
    assert not roster.problems
    assert [found.name for found in roster.recipients] == ["韩春梅", "颜如意"]


def test_persons_without_a_head_and_amounts_that_differ_within_a_household_are_named():
    header = ["村居", "姓名", "与户主关系", "身份证号", "月保障金额"]
    roster = read(
        header, ["甄庄村", "孔凡星", "配偶", number(2), 820], ["甄庄村", "韩春梅", "户主", number(1), 820],
        ["甄庄村", "孟小河", "儿子", number(3), 410],
    )  # fmt: skip
    assert cells(roster) == ["C2", "E4"]


def test_merged_cells_make_one_household_of_several_rows():
    header = ["序号", "村居", "户主姓名", "身份证号", "家庭人口", "保障人口", "月保障金额", "家庭成员姓名"]
    roster = read(
        header, [1, "甄庄村", "韩春梅", number(1), 3, 3, 1230, "甲"], [None] * 7 + ["乙"], [None] * 7 + ["丙"],
        [2, None, "孟小河", number(2), 1, 1, 410, "丁"], ["合计", None, None, None, 4, 4, 1640],
        merges=[(2, 5, 1), *((2, 4, column) for column in (0, 2, 3, 4, 5, 6))],
    )  # fmt: skip
    assert not roster.problems
    assert [found.name for found in roster.recipients] == ["韩春梅", "孟小河"]


def test_a_village_written_once_over_its_rows_is_carried_down_but_a_single_gap_is_a_fault():
    roster = read(HEADER, row(1), row(2, B=None), row(3, B=None), row(4, B="张营村"), row(5, B=None))
    assert not roster.problems
    assert [found.village.display_name for found in roster.recipients] == ["甄庄村"] * 3 + ["张营村"] * 2
    assert len(roster.warnings) == 1
    assert cells(read(HEADER, row(1), row(2), row(3, B=None), row(4))) == ["B4"]


def test_a_list_with_small_grants_is_refused_whole_and_says_why():
    header = ["姓名", "身份证号", "村居", "救助类型", "救助事由", "救助金额"]
    rows = [
        ["韩春梅", number(1), "甄庄村", "支出型", "患病", 800], ["孔凡星", number(2), "甄庄村", "小额快救", "患病", 800],
        ["孟小河", number(3), "甄庄村", "小额快救", "患病", 800], ["颜如意", number(4), "甄庄村", "急难型", "车祸", 900],
    ]  # fmt: skip
    roster = read(header, *rows, asked=temporary())
    assert cells(roster) == ["D3", "D5"]
    assert "小额快救按规定不公示" in said(roster)
    assert roster.counts == {AssistanceType.EXPENDITURE: 1, AssistanceType.SMALL_GRANT: 2, AssistanceType.EMERGENCY: 1}
    kept = read(header, *rows, asked=temporary(keep_only=frozenset({AssistanceType.EXPENDITURE})))
    assert not kept.problems
    assert [found.name for found in kept.recipients] == ["韩春梅"]
    assert kept.types[AssistanceType.EMERGENCY].amount_fen == 90000


def test_causes_are_mapped_by_keyword_or_by_the_clerk():
    header = ["姓名", "身份证号", "村居", "救助类型", "救助事由", "救助金额"]
    rows = [
        ["韩春梅", number(1), "甄庄村", "支出型", "尿毒症透析", 800],
        ["孔凡星", number(2), "甄庄村", "支出型", "房租", 800],
    ]
    roster = read(header, *rows, asked=temporary())
    assert cells(roster) == ["E3"]
    assert [(found.cell, found.text) for found in roster.unmapped_causes] == [("E3", "房租")]
    roster = read(header, *rows, asked=temporary(cause_choices={"房租": Cause.OTHER}))
    assert [found.cause for found in roster.recipients] == [Cause.MAJOR_ILLNESS, Cause.OTHER]


def test_columns_that_the_rule_does_not_allow_are_not_read():
    asked = request(columns=frozenset(), required=frozenset(), id_required=False)
    roster = read(HEADER, row(1, D="乱写", E="x", F=99, G=-1), asked=asked)
    assert not roster.problems
    found = roster.recipients[0]
    assert (found.id_number, found.household_size, found.persons_covered, found.amount_fen) == (None, None, None, None)


def test_a_missing_column_offers_the_unknown_headings_and_a_remembered_answer_fills_it():
    header = [*HEADER[:3], "公安编码", *HEADER[4:]]
    roster = read(header, row(1))
    assert cells(roster) == ["A1"]
    assert [(found.cell, found.text) for found in roster.unknown_headings] == [("D1", "公安编码")]
    assert not read(header, row(1), asked=request(mapping={"公安编码": RosterColumn.ID_NUMBER})).problems


def test_a_heading_that_is_not_needed_is_asked_about_again_only_when_nothing_else_is_left():
    header = [*HEADER[:3], "公安编码", *HEADER[4:], "入户情况"]
    declined = {"入户情况": None}
    asked = read(header, row(1), asked=request(mapping=declined)).unknown_headings
    assert [found.text for found in asked] == ["公安编码"]
    slip = read(header, row(1), asked=request(mapping=declined | {"公安编码": None}))
    assert [found.text for found in slip.unknown_headings] == ["公安编码", "入户情况"]
    assert not read(header, row(1), asked=request(mapping=declined | {"公安编码": RosterColumn.ID_NUMBER})).problems


def test_a_list_that_is_too_long_is_one_problem():
    roster = read(HEADER, row(1), row(2), row(3), asked=request(max_rows=2))
    assert len(roster.problems) == 1
    assert not roster.recipients


def test_an_empty_workbook_and_an_empty_list_are_problems():
    assert read_sheets().problems
    assert read(HEADER).problems
    assert read(["随便写的一句话"]).problems


def test_nothing_shows_a_person_in_its_repr():
    roster = read(HEADER, row(1), row(2, D="370899"), row(3, B="韩春梅家"))
    shown = repr(roster) + repr(sheet([HEADER, row(1)]))
    assert NAMES[1] not in shown
    assert number(1) not in shown


ANY_CELL = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.floats(), st.dates(), st.booleans(),
    st.sampled_from(["合计", "姓名", "户主", "本人", "甄庄村", "20户", "#REF!", "单位：万元", "身份证号", number(1), "支出型", "1,308.00", "小额快救"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(ANY_CELL, max_size=9), max_size=8), st.booleans())
def test_whatever_is_typed_the_reading_ends_with_a_roster(rows, headed):
    roster = read(*([HEADER] if headed else []), *rows)
    assert roster.problems or roster.recipients


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="䶮㛃龑堃珺翀垚犇骉淼", min_size=2, max_size=4),
    st.text(alphabet="0123456789X", min_size=8, max_size=19),
    st.permutations(range(1, 7)),
)
def test_no_problem_tells_a_name_or_an_identity_number(name, digits, order):
    values = [name, digits, "甄庄村", 3, 2, 820]
    shuffled = [1, *(values[index - 1] for index in order)]
    told = said(read(HEADER, shuffled, row(2), [3, name + digits, *([name] * 5)]))
    assert name not in told
    assert digits not in told


def test_rows_under_one_merged_serial_number_are_one_household():
    roster = read(
        HEADER, row(1), [None, None, "孔凡星", number(2)], [None, None, "孟小河", number(3)], row(4),
        ["合计", None, "2户", None, None, None, 1640], merges=[(2, 4, 0), (2, 4, 1)],
    )  # fmt: skip
    assert not roster.problems
    assert len(roster.recipients) == 2


def test_a_title_may_speak_of_other_households_and_round_its_sum():
    titles = ["全街道共有低保2300户，本次拟新增2户", "发放总额：0.16万元"]
    assert not read(*[[title] for title in titles], HEADER, row(1), row(2)).problems
    assert cells(read(["发放总额：0.17万元"], HEADER, row(1), row(2))) == ["A1"]


def test_an_amount_merged_over_several_households_is_a_fault_and_drops_nobody():
    roster = read(HEADER, row(1), row(2, G=None), merges=[(2, 3, 6)])
    assert cells(roster) == ["G3"]
    assert len(roster.recipients) == 2


def test_problems_come_in_the_order_of_the_sheet():
    roster = read(HEADER, row(1, C=None, F=9), row(2, B="不存在村", D="1"))
    assert cells(roster) == ["C2", "F2", "B3", "D3"]
