from decimal import Decimal

from portal.web.csv_answers import csv_answer


def test_no_word_of_a_table_becomes_a_formula_in_its_head_either():
    text = csv_answer("表", ["=1+1", "金额"], [["@因素", Decimal("-1.50")]]).get_data(as_text=True)
    assert text.splitlines() == ["\ufeff'=1+1,金额", "'@因素,-1.50"]
