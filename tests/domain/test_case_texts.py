import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.case_texts import (
    ID_REMOVED,
    LONGEST_TEXT,
    MOST_MEMBERS,
    faults_in_about,
    faults_in_contact,
    faults_in_members,
    faults_in_telling,
    holds_id_number,
    id_number_warning,
    tidy_line,
    tidy_phone,
    tidy_text,
    without_id_numbers,
)
from portal.domain.cases import CaseKind, Category, ContactChoice
from portal.domain.intake import About, Contact, Member, Telling

ID = "370899194311173302"  # 3708 99 was never issued.
ANONYMOUS, CONTACT_ONLY, NAMED = ContactChoice


def test_a_text_of_one_to_ten_thousand_characters_is_taken():
    assert faults_in_telling(Telling("扣")) == faults_in_telling(Telling("扣" * LONGEST_TEXT)) == {}
    assert "最多10000个字，现在有10001个字" in str(faults_in_telling(Telling("扣" * (LONGEST_TEXT + 1)))["text"])


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200e\u202e\x00", "\ufeff\u200b"])
def test_a_text_without_a_word_is_no_text_unless_somebody_speaks(text):
    assert set(faults_in_telling(Telling(text))) == {"text"}
    assert faults_in_telling(Telling(text), voice_note=True) == {}


def test_when_it_happened_may_be_said_in_any_words_but_few():
    assert faults_in_telling(Telling("扣卡", "去年收麦子那阵子，大概六月")) == {}
    assert set(faults_in_telling(Telling("扣卡", "去年" * 101))) == {"happened"}


def test_who_stays_anonymous_tells_nothing():
    assert faults_in_contact(Contact(ANONYMOUS)) == {}


def test_who_leaves_a_contact_leaves_at_least_one():
    assert set(faults_in_contact(Contact(CONTACT_ONLY))) == {"phone"}
    for left in ({"phone": "１３８ ００００ ００００"}, {"email": "zhang@example.com"}, {"address": "大安镇前村"}):
        assert faults_in_contact(Contact(CONTACT_ONLY, **left)) == {}


def test_who_gives_his_name_gives_it():
    assert set(faults_in_contact(Contact(NAMED, phone="0537-1234567"))) == {"name"}
    assert faults_in_contact(Contact(NAMED, name="买买提·秀全", phone="0537-1234567转8")) == {}


@pytest.mark.parametrize(
    "phone", ["13800000000", "0537-1234567", "(0537) 1234567", "+86 138 0000 0000", "12345", "0537－1234567转801"]
)
def test_telephone_numbers_are_taken_as_people_write_them(phone):
    assert faults_in_contact(Contact(CONTACT_ONLY, phone=phone)) == {}


@pytest.mark.parametrize(
    "phone", ["1234", "打给我", "138000000001380000000", "13800000000 / 13900000000", "1' OR '1'='1"]
)
def test_what_cannot_be_dialled_is_no_telephone_number(phone):
    assert set(faults_in_contact(Contact(CONTACT_ONLY, phone=phone))) == {"phone"}


@pytest.mark.parametrize(
    "email",
    [
        "a",
        "a@b",
        "a b@example.com",
        "a@@example.com",
        "a@example.com,b@example.com",
        "a@example.com\nBcc: b@example.com",
        "<a@example.com>",
        "a@" + "b" * 260 + ".com",
    ],
)
def test_an_address_that_could_carry_another_is_refused(email):
    assert set(faults_in_contact(Contact(CONTACT_ONLY, email=email))) == {"email"}


def test_names_and_addresses_have_their_bounds():
    faults = faults_in_contact(Contact(NAMED, name="李" * 41, phone="12345", address="村" * 201))
    assert set(faults) == {"name", "address"}
    assert set(faults_in_contact(Contact(NAMED, name="李4", phone="12345"))) == {"name"}
    about = About(CaseKind.TIP_OFF, Category.EXTORTION, "370811", accused_names="某" * 501)
    assert set(faults_in_about(about)) == {"accused_names"}


def test_each_of_those_who_complain_together_needs_a_name():
    members = (Member("张三"), Member(" ", "12345"), Member("李四5"), Member("王五", "打给我"))
    assert set(faults_in_members(members)) == {"members-1-name", "members-2-name", "members-3-phone"}
    assert set(faults_in_members((Member("张三"),) * (MOST_MEMBERS + 1))) == {"members"}


def test_no_fault_repeats_what_was_typed():
    secret = "9secret9"
    contact = Contact(NAMED, name=secret, phone=secret, email=secret, address=secret * 40)
    faults = [*faults_in_contact(contact).values(), *faults_in_members((Member(secret, secret),)).values()]
    assert faults
    assert all(secret not in str(fault) + repr(fault) for fault in faults)


def test_a_text_that_holds_an_identity_number_is_warned_of_and_can_be_freed_from_it():
    text = f"我叫张三，身份证{ID}，卡也是{ID}。"
    assert holds_id_number("卡被扣了", text)
    assert "从不需要身份证号" in str(id_number_warning())
    assert without_id_numbers(text) == f"我叫张三，身份证{ID_REMOVED}，卡也是{ID_REMOVED}。"
    assert not holds_id_number("我的电话是13800000000")


def test_what_somebody_tells_stays_as_he_wrote_it():
    assert tidy_text("第一行\r\n第二行\r\u2028第四行\t完 ") == "第一行\n第二行\n\n第四行 完"
    assert tidy_text("ａｂｃ①") == "ａｂｃ①"
    assert tidy_line(" ２０２６年\n１月 ") == "2026年 1月"
    assert tidy_phone("(０５３７) １２３４－５６７ 转 8") == "05371234567#8"


@given(st.text(max_size=300))
def test_tidying_twice_changes_nothing_and_no_text_is_too_much(text):
    assert tidy_text(tidy_text(text)) == tidy_text(text)
    for fault in faults_in_contact(Contact(NAMED, text, text, text, text)).values():
        str(fault)
    faults_in_telling(Telling(text, text))


@given(st.text("0123456789Xx １２-身份证", max_size=60), st.text("ab，。", max_size=5))
def test_what_was_freed_from_identity_numbers_holds_none(before, after):
    assert not holds_id_number(without_id_numbers(f"{before}{ID}{after}"))
