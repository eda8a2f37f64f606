import pytest

from portal.domain.staff import SessionStage, device_of, faults_in, next_stage, normal_username, password_fault


def _stage(**facts: bool) -> SessionStage:
    nothing = {"passed_code": False, "has_second_factor": False, "needs_second_factor": True, "must_change": False}
    return next_stage(**(nothing | facts))


def test_the_code_comes_before_anything_can_be_changed():
    assert _stage(has_second_factor=True, must_change=True) is SessionStage.CODE


def test_the_first_sign_in_changes_the_password_then_binds_a_device():
    assert _stage(must_change=True) is SessionStage.NEW_PASSWORD
    assert _stage(must_change=False) is SessionStage.ENROLMENT
    assert _stage(has_second_factor=True, passed_code=True) is SessionStage.FULL


def test_a_demo_asks_for_no_device_but_one_that_is_bound_stays_needed():
    assert _stage(needs_second_factor=False) is SessionStage.FULL
    assert _stage(needs_second_factor=False, has_second_factor=True) is SessionStage.CODE


@pytest.mark.parametrize("typed", ["Zhang_San ", "ｚｈａｎｇ_san", "ZHANG_SAN"])
def test_a_username_is_the_same_however_it_is_typed(typed: str):
    assert normal_username(typed) == "zhang_san"


@pytest.mark.parametrize("username", ["", "a", "1a", "张三", "a b", "a" * 41])
def test_a_username_is_short_and_latin(username: str):
    assert "username" in faults_in(username, "张三")


def test_a_name_is_asked_for():
    assert set(faults_in("zhang_san", "")) == {"display_name"}


@pytest.mark.parametrize("password", ["short", "12345678901234", "aaaaaaaaaaaaaa", "my-zhang_san-pw", "长" * 129])
def test_passwords_that_are_guessed_first_are_refused(password: str):
    assert password_fault(password, "zhang_san")


@pytest.mark.parametrize("password", ["correct horse battery", "凫山南路的杨树今年又绿了", "khuz-x6jd-h3qb"])
def test_a_long_sentence_is_a_good_password(password: str):
    assert password_fault(password, "zhang_san") is None


def test_a_device_is_told_in_two_words():
    agent = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
    )
    assert device_of(agent) == "Chrome · Windows"
    assert device_of("curl/8") == ""
