"""Warnings at the desk and beside the public figures that they are about."""

from datetime import date, datetime

import pytest
from flask import Flask, g

from portal.domain.publications import WithdrawalKind
from portal.usecases import publications
from portal.usecases.warnings import run_rules
from portal.web.warning_pages import reason_words
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import Desks, send, with_cast
from tests.usecases import allocations, payments
from tests.usecases.case_clusters import pile_up
from tests.usecases.warnings import only_warning, suddenly_more, too_much_allocated

LIST = "/desk/warnings/"
PAGE, CSV = "/funds/2026/370811/", "/funds/2026/370811/warnings.csv"
WHY = "上年结转的资金一并下达。"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def path(app: Flask) -> str:
    """The desk's page of the one warning."""
    with_cast(app, too_much_allocated)
    return f"{LIST}{with_cast(app, lambda *_services, at: only_warning().id)}"


def explain(desks: Desks, path: str) -> None:
    assert send(desks["li_si"], path, action=f"{path}/take-over").location == path
    explained = send(desks["li_si"], f"{path}/close", action=f"{path}/close", reason="carry_over", words=WHY)
    assert explained.location == path, explained.text


def test_a_warning_is_taken_over_and_explained_at_the_desk_and_told_to_the_public(
    desks: Desks, client: CheckedClient, path: str
):
    listed = desks["li_si"].get(LIST).text
    assert "超出预算" in listed
    assert "还没有人负责" in listed
    public = client.get(PAGE).text
    for words in ("对不上的地方", ">550,000 元", ">1,000,000 元", ">450,000 元", "未说明，已经 0 天"):
        assert words in public
    explain(desks, path)
    page = desks["li_si"].get(path).text
    for words in ("已说明", "结转", WHY, "李四"):
        assert words in page
    public = client.get(PAGE).text
    assert f"结转：{WHY}" in public
    assert "未说明" not in public
    assert "李四" not in public


def test_the_csv_tells_what_the_page_tells(desks: Desks, client: CheckedClient, path: str):
    explain(desks, path)
    head, row = client.get(CSV).get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert len(head.split(",")) == len(row.split(","))
    assert "550000.00,55000000,已分配,1000000.00,100000000,45000000,已说明,,结转" in row
    assert client.get("/funds/2026/warnings.csv").get_data(as_text=True).count("\n") == 1


def test_of_a_place_that_tells_no_payment_nothing_is_said_to_be_paid(client, services, cast: Cast, at: datetime):
    """Two towns got money and have not told of any payment: that is not the same as nothing paid."""
    number = allocations.imported(services, cast.li_si, at=at, issued_on=date(2026, 3, 1)).number
    assert number is not None
    allocations.publish(services, cast, number, at=at)
    payments.published(services, cast, at=at)
    run_rules(services, at=at)
    page = client.get(PAGE).text.split("对不上的地方", 1)[1]
    assert (page.count(">没有公布<"), page.count(">0 元<")) == (2, 0)
    rows = [line.split(",") for line in client.get(CSV).get_data(as_text=True).splitlines()[1:]]
    assert sorted(row[9:11] for row in rows) == [["", ""], ["", ""], ["21800.00", "2180000"]]


def test_a_reason_is_told_in_the_language_of_the_page(app: Flask):
    with app.test_request_context("/"):
        assert reason_words("carry_over") == "结转"
        g.language = "en"
        assert reason_words("carry_over") == "Carried over from another year"
        assert reason_words("left_the_table") == "left_the_table"


def test_what_is_withdrawn_leaves_the_page_in_the_same_instant(app: Flask, client: CheckedClient, path: str):
    def withdraw(services, cast, *, at):
        number = client.get(PAGE).text.split('href="/budgets/')[1].split('"')[0]
        publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)

    with_cast(app, withdraw)
    public = client.get(PAGE).text
    assert "对不上的地方" not in public
    assert "550,000.00" not in public


def test_a_form_without_reason_or_with_a_number_of_somebody_comes_back_filled(desks: Desks, path: str):
    send(desks["li_si"], path, action=f"{path}/take-over")
    close = f"{path}/close"
    bare = send(desks["li_si"], close, action=close, reason="", words=WHY)
    assert (bare.status_code, WHY in bare.text) == (422, True)
    told = send(desks["li_si"], close, action=close, reason="carry_over", words="说" * 501)
    assert told.status_code == 422


def test_another_county_and_those_without_the_role_see_nothing(desks: Desks, path: str):
    assert desks["qian_qi"].get(path).status_code == 404
    assert "超出预算" not in desks["qian_qi"].get(LIST).text
    for stranger in ("zhou_jiu", "sun_ba", "wei_si"):
        assert desks[stranger].get(LIST).status_code == 403
    inspector = desks["chen_er"].get(path)
    assert inspector.status_code == 200
    assert "由我负责" not in inspector.text


def test_whoever_is_faster_is_the_owner_and_a_second_click_does_nothing(desks: Desks, path: str):
    send(desks["li_si"], path, action=f"{path}/take-over")
    assert "由我负责" not in desks["li_si"].get(path).text
    assert send(desks["wang_wu"], path, action=f"{path}/take-over").location == path
    assert "王五" in desks["li_si"].get(path).text
    close = f"{path}/close"
    assert send(desks["li_si"], close, action=close, reason="carry_over", words=WHY).status_code == 409


def test_changes_of_persons_stand_at_the_desk_with_their_unit_and_on_no_page(
    app: Flask, desks: Desks, client: CheckedClient
):
    with_cast(app, suddenly_more)
    listed = desks["li_si"].get(LIST).text
    for words in ("发放人数突然变化", "2026年10月", "50 人", "80 人"):
        assert words in listed
    public = client.get(PAGE).text
    assert "发放金额突然变化" in public
    assert "发放人数突然变化" not in public
    assert "80 人" not in public


@pytest.fixture
def cluster(app: Flask) -> str:
    """The desk's page of the complaints that pile up on the township's office."""
    with_cast(app, pile_up)
    return f"{LIST}clusters/township-370811002"


def test_complaints_that_pile_up_stand_at_the_desk_of_those_who_may_see_them(desks: Desks, cluster: str):
    page = desks["zhao_liu"].get(LIST).text
    assert "诉求集中" in page
    assert "等着说明原因 2 处" in desks["zhao_liu"].get("/desk/").text
    assert desks["zhao_liu"].get("/desk/cases/?division=370811002&ended=all").status_code == 200
    for stranger in ("zhang_san", "qian_qi"):
        assert "诉求集中" not in desks[stranger].get(LIST).text
        assert "诉求集中" not in desks[stranger].get("/desk/").text
        assert desks[stranger].get(cluster).status_code == 404
    assert desks["wu_shi"].get(cluster).status_code == 403


def test_a_cluster_is_taken_over_and_explained_like_every_warning(desks: Desks, client: CheckedClient, cluster: str):
    assert send(desks["li_si"], cluster, action=f"{cluster}/take-over").location == cluster
    bare = send(desks["li_si"], f"{cluster}/close", action=f"{cluster}/close", reason="", words=WHY)
    assert (bare.status_code, WHY in bare.text) == (422, True)
    told = send(desks["li_si"], f"{cluster}/close", action=f"{cluster}/close", reason="one_matter", words=WHY)
    assert told.location == cluster
    page = desks["zhao_liu"].get(cluster).text
    for words in ("许庄街道来的诉求", "已说明", "多人反映同一件事", WHY, "李四"):
        assert words in page
    assert "由我负责" not in page
    assert "等着说明原因 1 处" in desks["li_si"].get("/desk/").text
    assert WHY not in client.get(PAGE).text
    close = f"{cluster}/close"
    assert send(desks["li_si"], close, action=close, reason="one_matter", words=WHY).status_code == 409
