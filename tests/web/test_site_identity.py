from tests.conftest import AppFactory

FACTS = {
    "SITE_ORGANISER": "某某市民政局",
    "SITE_CONTRACTOR": "某某市信息中心",
    "SITE_ID_CODE": "3708000099",
    "SITE_ICP": "鲁ICP备00000000号",
    "SITE_POLICE": "鲁公网安备 37080002000000号",
}


def test_the_footer_states_what_the_operator_has_set(make_app: AppFactory):
    page = make_app(**FACTS).test_client().get("/").text
    assert [fact for fact in FACTS.values() if fact not in page] == []


def test_the_footer_invents_nothing_that_is_not_set(make_app: AppFactory):
    page = make_app().test_client().get("/").text
    assert "备案" not in page
    assert "标识码" not in page
