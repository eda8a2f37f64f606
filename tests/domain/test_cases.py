import pytest

from portal.domain.cases import NUMBERS, format_case_number


def test_a_case_number_has_its_year_and_six_figures():
    assert format_case_number(2026, 483920) == "SQ-2026-483920"
    assert format_case_number(2026, 7) == "SQ-2026-000007"


@pytest.mark.parametrize("random", [-1, NUMBERS])
def test_a_number_of_more_figures_is_no_case_number(random):
    with pytest.raises(ValueError, match="six figures"):
        format_case_number(2026, random)
