from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity_numbers import check_character
from portal.domain.redaction import FindingKind, find_names, find_personal_data, is_bank_card
from portal.queries.rulebook import read_rulebook

WORDS = read_rulebook(Path("no-such-folder")).disease_words
ID = "370899194311173302"  # 3708 99 was never issued.


def kinds(text, **options):
    return [finding.kind for finding in find_personal_data(text, **options)]


def with_check_digit(digits):
    return digits + check_character(digits)


def with_luhn_digit(digits):
    return next(digits + last for last in "0123456789" if is_bank_card(digits + last))


@pytest.mark.parametrize(
    "text",
    [
        ID, f"身份证号{ID}。", f"5 {ID} 3", "370899 19431117 3302", "370899-19431117-3302", "３７０８９９１９４３１１１７３３０２",
        "370899\u200b194311173302", "370899\u3000194311173302", "3708991943\n11173302", "37089919431117\r\n   3302", f"a={ID}&b",
        "37089919960107134X", "37089919960107134x", "37089919960107134Ｘ",
    ],
)  # fmt: skip
def test_an_identity_number_is_found_however_it_is_spelt(text):
    assert kinds(text) == [FindingKind.ID_NUMBER]


@pytest.mark.parametrize(
    "text", ["370899194311173303", "370899194313173302", "A" + ID, ID + "0" * 6, f"{ID[:9]}，{ID[9:]}"]
)
def test_what_is_no_identity_number_is_not_found(text):
    assert FindingKind.ID_NUMBER not in kinds(text)


@given(st.dates().filter(lambda day: 1900 <= day.year < 2030), st.integers(0, 999))
def test_every_identity_number_is_found_and_its_value_not_kept(born_on, number):
    value = with_check_digit(f"370899{born_on:%Y%m%d}{number:03}")
    (finding,) = find_personal_data(f"村民 {value} 户")
    assert (finding.kind, finding.start, finding.end) == (FindingKind.ID_NUMBER, 3, 21)
    assert value not in repr(finding)


@pytest.mark.parametrize("length", [16, 17, 18, 19])
def test_a_bank_card_is_found_by_its_check_sum(length):
    card = with_luhn_digit("6222" + "0" * (length - 5))
    assert kinds(f"账号：{card}") == [FindingKind.BANK_CARD]
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert kinds(wrong) == []


def test_a_bank_card_in_groups_of_four_is_found():
    card = with_luhn_digit("622202000000000001")
    for sign in (" ", "-", "\u00a0"):
        spelt = sign.join((card[:4], card[4:8], card[8:12], card[12:16], card[16:]))
        assert kinds(f"卡号{spelt}。") == [FindingKind.BANK_CARD]


@pytest.mark.parametrize(
    "text",
    ["13900000000", "139-0000-0000", "139 0000 0000", "+86 13900000000", "１３９００００００００", "电话13900000000转"],
)
def test_a_mobile_number_is_found(text):
    assert kinds(text) == [FindingKind.MOBILE]


def test_the_offices_own_numbers_may_stand():
    assert kinds("值班电话 139-0000-0000", permitted={"13900000000"}) == []
    assert kinds("热线 0537-2300000", landlines=True) == [FindingKind.LANDLINE]
    assert kinds("热线（0537）2300000", landlines=True, permitted={"0537-2300000"}) == []
    assert kinds("热线 0537-2300000、12345") == []


def test_words_that_tell_an_illness_are_found():
    assert kinds("因尿毒症透析", disease_words=WORDS) == [FindingKind.DISEASE, FindingKind.DISEASE]
    assert kinds("因尿毒症透析") == []
    assert kinds("救助事由：重大疾病12户、就学3户；archive", disease_words=WORDS) == []


@pytest.mark.parametrize(
    "text",
    [
        "许庄街道2026年11月拟纳入最低生活保障23户的公示", "GS-2026-000123", "济民字〔2020〕21号", "1 李＊明 3 2 1,246.00", "2026-11-16 至 2026-11-25",
        "731.0813312132131231", "sha256:0f3c6222020000000000007a",
    ],
)  # fmt: skip
def test_ordinary_texts_hold_nothing(text):
    assert find_personal_data(text, disease_words=WORDS, landlines=True) == ()


def test_a_long_text_of_digits_and_blanks_takes_no_time():
    assert find_personal_data("1 " * 20_000 + "\n" * 20_000 + "9" * 20_000) is not None


def test_a_full_name_in_a_free_text_is_told_by_its_index():
    assert find_names("因李 小\u3000明一户有误，更正。", ["王五", "李小明"]) == (1,)
    assert find_names("买买提秀全家", ["买买提·秀全"]) == (0,)
    assert find_names("买买提•秀全家", ["买买提·秀全"]) == (0,)
    assert find_names("李＊明一户有误", ["李小明"]) == ()
    assert find_names("", ["李小明"]) == ()


def test_the_name_of_a_village_is_not_the_name_of_a_person():
    assert find_names("更正李村村名单", ["李村"]) == (0,)
    assert find_names("更正李村村名单", ["李村"], permitted=["李村村", "许庄街道"]) == ()
    assert find_names("更正李村村李村一户", ["李村"], permitted=["李村村", ""]) == (0,)
