from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import RefusedError
from portal.domain.masking import (
    MASK,
    PersonRow,
    clean_name,
    display_name,
    is_minor_on,
    mask_list,
    mask_name,
    policy_from_table,
    surname_only,
)
from portal.queries.rulebook import read_rulebook

POLICY = read_rulebook(Path("no-such-folder")).masking
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, exclude_characters="代")
RARE_HAN = st.sampled_from(["𠮷", "𬀩", "李\U000e0100", "葛\ufe00", "䶮", "㛃"])
NAMES = st.lists(st.one_of(HAN, RARE_HAN), min_size=2, max_size=8).map("".join)


def a_row(name="张小三", *, village="370811002201", person="00", **others):
    values = {"household_size": 3, "persons_covered": 2, "amount_fen": 87_200} | others
    return PersonRow(village, f"村{village[-1]}", name, person, person, **values)


def a_village(code, count, name="张小三"):
    return [a_row(name, village=code, person=f"{code[-1]}{number:03}") for number in range(count)]


def masked(rows, earlier=None):
    return mask_list(rows, POLICY, township_name="许庄街道", earlier=earlier or {})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李明", "李＊"),
        ("李小明", "李＊明"),
        ("张王李赵", "张＊＊赵"),
        ("张王李赵钱", "张＊＊钱"),
        ("欧阳锋", "欧阳＊"),
        ("歐陽鋒", "歐陽＊"),
        ("诸葛珍建", "诸葛＊＊"),
        ("欧阳", "欧＊"),
        ("买买提·秀全", "买＊＊"),
        ("欧阳·秀全", "欧＊＊"),
        ("𠮷小明", "𠮷＊明"),
        ("李小𠮷", "李＊𠮷"),
        ("李\U000e0100明", "李\U000e0100＊"),
        ("欧\ufe00阳锋", "欧\ufe00阳＊"),
    ],
)
def test_a_name_is_masked_as_the_rule_says(name, shown):
    assert mask_name(clean_name(name), POLICY) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("李明", "李＊＊"), ("张王李赵", "张＊＊"), ("欧阳锋", "欧阳＊＊"), ("买买提·秀全", "买＊＊")]
)
def test_a_surname_alone_has_the_same_length_whatever_the_name(name, shown):
    assert surname_only(name, POLICY) == shown


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (" 吕　河\u00a0", "吕河"),
        ("宋\u200b永\ufeff", "宋永"),
        ("李\n明\t", "李明"),
        ("买买提•秀全", "买买提·秀全"),
        ("买买提・秀全", "买买提·秀全"),
        ("买买提．秀全", "买买提·秀全"),
        ("买买提 · 秀全", "买买提·秀全"),
        ("⽅明", "方明"),
        ("\uf9e1明", "李明"),
        ("徐䶮", "徐䶮"),
        ("代小明", "代小明"),
        ("李代芬", "李代芬"),
        ("代代", "代代"),
    ],
)
def test_a_name_is_brought_to_one_spelling(typed, clean):
    assert clean_name(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        "", " \u3000\u200b", "李", "李 ", "李明（代）", "李明(代)", "李明代", "李明代张三", "欧阳锋代", "已故李明", "李明已故",
        "李明、张三", "李明1", "李明２", "李明\ue000", "李\ufffd明", "李＊明", "李*明", "李○明", "李〇明", "李々", "Li Ming",
        "·李明", "李明·", "李··明", "李明/张三", "李,明", "李\u0301明", "李\ufe00\ufe01明", "\ufe00李明", "李" * 21, "合计", "23户",
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused_and_not_repeated(typed):
    with pytest.raises(RefusedError) as refused:
        clean_name(typed)
    assert len(typed.strip()) < 2 or typed not in str(refused.value)


def test_twenty_characters_are_still_a_name():
    assert len(clean_name("李" * 20)) == 20


@given(NAMES)
def test_masking_never_shows_more_than_the_surname_and_the_last_character(name):
    clean = clean_name(name)
    shown = mask_name(clean, POLICY).replace(MASK, "")
    bare = [character for character in shown if not "\ufe00" <= character <= "\ufe0f" and character != "\U000e0100"]
    assert len(bare) <= 2
    assert MASK in mask_name(clean, POLICY)
    assert clean.startswith(surname_only(clean, POLICY).replace(MASK, ""))
    if len(surname_only(clean, POLICY).replace(MASK, "")) == len(shown):
        assert clean.startswith(shown)
    else:
        assert shown[0] == clean[0]
        assert clean.endswith(shown[-1])


@given(st.lists(HAN, min_size=1, max_size=5), st.lists(HAN, min_size=1, max_size=5))
def test_of_a_name_with_a_dot_only_the_first_character_shows(first, second):
    assert mask_name(clean_name("".join(first) + "·" + "".join(second)), POLICY) == first[0] + MASK * 2


@given(st.text(max_size=12))
def test_cleaning_lets_through_nothing_but_han_and_dots(typed):
    try:
        clean = clean_name(typed)
    except RefusedError:
        return
    assert clean_name(clean) == clean
    assert not any(character.isascii() for character in clean)


def test_a_row_tells_nothing_of_a_person_when_printed():
    assert repr(a_row("李小明", person="abc")) == "PersonRow(…)"


def test_a_village_with_ten_households_shows_masked_names():
    assert {row.masked_name for row in masked(a_village("370811002201", 10))} == {"张＊三"}


def test_a_village_with_nine_households_shows_surnames_only():
    rows = masked(a_village("370811002201", 9))
    assert {row.masked_name for row in rows} == {"张＊＊"}
    assert {row.place for row in rows} == {"村1"}


def test_villages_with_fewer_than_three_households_stand_last_under_the_township():
    rows = masked(a_village("370811002201", 2) + a_village("370811002202", 3) + a_village("370811002203", 1))
    assert [row.place for row in rows] == ["村2"] * 3 + ["许庄街道"] * 3
    assert {row.masked_name for row in rows[3:]} == {"张＊＊"}
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]


def test_merged_rows_do_not_stand_in_the_order_of_their_villages():
    rows = masked([a_row(village="370811002201", person="b"), a_row(village="370811002202", person="a")])
    assert [row.village_code[-1] for row in rows] == ["2", "1"]
    assert "370811" not in repr(rows)


def test_rows_stand_by_village_and_then_by_the_keyed_hash():
    people = [a_row(name, person=person) for name, person in [("赵一", "c"), ("钱二", "a"), ("孙三", "b")]]
    assert [row.source for row in masked(people)] == [1, 2, 0]


def test_names_that_look_equal_get_numbers_in_their_order():
    names = ["李小明", "李大明", "王一"] + [f"张{character}三" for character in "一二三四五六七"]
    people = [a_row(name, person=f"{number:02}") for number, name in enumerate(names)]
    shown = [display_name(row.masked_name, row.serial) for row in masked(people)]
    assert shown[:4] == ["李＊明（1）", "李＊明（2）", "王＊", "张＊三（1）"]


def test_equal_names_of_two_villages_get_no_numbers():
    rows = masked([a_row("李明", village=f"37081100220{village}", person=f"{village}{number}")
                   for village in (1, 2) for number, _ in enumerate("abc")])  # fmt: skip
    assert [row.serial for row in rows] == [1, 2, 3, 1, 2, 3]


def test_a_serial_stays_when_a_revision_drops_a_row_and_adds_another():
    former = masked(a_village("370811002201", 12))
    earlier = {row.person_hash: (row.masked_name, row.serial) for row in former}
    rest = [row for row in a_village("370811002201", 12) if row.person_hash != "1004"]
    later = masked([*rest, a_row(person="0000")], earlier)
    serials = {row.person_hash: row.serial for row in later}
    assert serials.pop("0000") == 13
    assert serials == {person: serial for person, (_, serial) in earlier.items() if person != "1004"}


def test_a_name_once_without_number_stays_without_when_an_equal_one_comes():
    names = ["李小明"] + [f"张{character}三" for character in "一二三四五六七八九"]
    people = [a_row(name, person=f"m{number}") for number, name in enumerate(names)]
    earlier = {row.person_hash: (row.masked_name, row.serial) for row in masked(people)}
    later = {row.person_hash: row.serial for row in masked([*people, a_row("李大明", person="a")], earlier)}
    assert (later["m0"], later["a"]) == (0, 2)


def test_a_minor_is_named_on_no_list():
    rows = masked([*a_village("370811002201", 10), a_row("欧阳小小", person="z", is_minor=True)])
    assert rows[-1].masked_name == "未成年人"


def test_full_age_is_reached_on_the_birthday():
    assert is_minor_on(date(2008, 11, 17), date(2026, 11, 16), POLICY)
    assert not is_minor_on(date(2008, 11, 17), date(2026, 11, 17), POLICY)


def test_a_surname_of_the_wrong_length_is_refused_when_the_table_is_read():
    table = {"version": "1", "surname_only_below": 10, "township_below": 3, "adult_age": 18, "minor_label": "未成年人"}
    with pytest.raises(ValueError, match="two characters"):
        policy_from_table(table, ["李"])


PEOPLE = st.lists(
    st.tuples(NAMES, st.integers(1, 5), st.booleans()).map(
        lambda drawn: (drawn[0], f"37081100220{drawn[1]}", drawn[2])
    ),
    max_size=40,
).map(lambda people: [
    a_row(clean_name(name), village=village, person=f"{len(name) * 7919 % 997:03}-{number:03}", is_minor=minor)
    for number, (name, village, minor) in enumerate(people)
])  # fmt: skip


@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_the_sheet_does_not_matter(people, random):
    def told(rows):
        return [(row.seq, row.place, row.masked_name, row.serial, row.person_hash) for row in rows]

    shuffled = random.sample(people, len(people))
    assert told(masked(shuffled)) == told(masked(people))
    assert all(people[row.source].person_hash == row.person_hash for row in masked(people))


@given(PEOPLE)
def test_a_small_village_is_never_told(people):
    rows = masked(people)
    for row in rows:
        households = sum(person.village_code == row.village_code for person in people)
        assert (row.place == "许庄街道") == (households < 3)
        if households < 10:
            assert row.masked_name in {surname_only(people[row.source].name, POLICY), "未成年人"}
    shown = [(row.place, row.masked_name, row.serial) for row in rows]
    assert len(set(shown)) == len(shown)


@given(PEOPLE, PEOPLE)
def test_serials_are_kept_and_stay_unique_over_revisions(first, second):
    former = masked(first)
    earlier = {row.person_hash: (row.masked_name, row.serial) for row in former}
    kept = {row.person_hash for row in former}
    later = masked([*first[: len(first) // 2], *(row for row in second if row.person_hash not in kept)], earlier)
    shown = [(row.place, row.masked_name, row.serial) for row in later]
    assert len(set(shown)) == len(shown)
