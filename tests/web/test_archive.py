"""The search page, through the real gate: publications are written as rows, entries straight into the index."""

from datetime import date
from urllib.parse import quote

import pytest
from sqlalchemy import update

from portal.domain.publications import Area, RevisionState
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.search.engine import Entry
from tests.search.factories import START, entry


@pytest.fixture
def publish(services):
    """Put entries into the index and their publications behind the gate."""

    def published(*entries: Entry) -> None:
        with transaction() as session:
            office, account = session.query(Office).first(), session.query(Account).first()
            for one in entries:
                publication = Publication(
                    id=one.publication_id, number=one.number, area=Area.NOTICES, office_id=office.id,
                    division_code=office.division_code, created_at=START, first_published_at=START,
                )  # fmt: skip
                session.add(publication)
                session.flush()
                session.add(
                    Revision(
                        id=one.revision_id, publication_id=one.publication_id, ordinal=1, state=RevisionState.PUBLISHED,
                        title=one.title, drafted_by=account.id, drafted_at=START, published_at=START, head="{}",
                    )
                )  # fmt: skip
                session.flush()
                publication.live_revision_id = one.revision_id
        services.search.replace(entries)

    return published


def search(client, text, more=""):
    response = client.get(f"/search?q={quote(text)}{more}")
    assert response.status_code == 200
    return response


def test_a_hit_shows_title_marks_day_and_leads_to_its_page(client, publish):
    publish(entry(1, period_last_on=date(2026, 11, 10)))
    page = search(client, "俺村吃低保").text
    assert 'href="/notices/GS-2026-000001"' in page
    assert "<mark>最低生活保障</mark>" in page
    assert "共 1 件" in page
    assert "同时查找了" in page


def test_a_withdrawn_publication_is_gone_at_once(client, publish):
    publish(entry(1), entry(2))
    with transaction() as session:
        session.execute(update(Publication).where(Publication.id == 1).values(withdrawn_at=START))
    page = search(client, "低保").text
    assert "GS-2026-000001" not in page
    assert "共 1 件" in page
    assert "/notices/GS-2026-000001" not in search(client, "GS-2026-000001").text


def test_facets_narrow_and_stay_in_the_address(client, publish):
    publish(entry(1), entry(2, year=2025), entry(3, county_code="370832"))
    page = search(client, "低保").text
    assert "2025年" in page
    assert "county=370832" in page
    assert "梁山县" in page
    narrowed = search(client, "低保", "&year=2025").text
    assert "共 1 件" in narrowed
    assert "GS-2026-000002" in narrowed
    assert "GS-2026-000001" not in narrowed


def test_a_choice_that_means_nothing_is_passed_over(client, publish):
    publish(entry(1))
    assert "共 1 件" in search(client, "低保", "&year=x&county=1&program=none&kind=&after=zz").text


def test_pages_follow_each_other(client, publish):
    publish(*(entry(number) for number in range(1, 25)))
    page = search(client, "低保")
    assert page.text.count("<li>\n        <h2>") == 20
    older = page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "GS-2026-000004" in client.get(older).text
    assert "GS-2026-000005" not in client.get(older).text


def test_a_search_without_hits_says_what_to_do(client, publish):
    publish(entry(1))
    page = search(client, "没有这样的词语", "&year=2026").text
    assert "没有找到" in page
    assert "12345" in page
    assert "不提供按姓名搜索" in page


def test_a_village_without_a_list_is_found_by_its_name(client):
    page = search(client, "航运新村").text
    assert 'href="/places/370811002001"' in page
    assert "航运新村（许庄街道）" in page


def test_a_word_that_fits_too_many_places_names_none(client):
    assert "叫这个名字的地方" not in search(client, "街道").text


def test_a_name_is_answered_with_help_and_not_repeated_in_the_title(client, publish):
    publish(entry(1, "李小明庄公示"))
    page = search(client, "李小明").text
    assert "不能按姓名搜索" in page
    assert "GS-2026-000001" not in page
    assert "李小明" not in page.split("</head>")[0]
    assert "GS-2026-000001" in search(client, "李小明", "&literally=1").text


@pytest.mark.parametrize("text", ["高新", "任城", "金乡", "梁山", "公示", "低保"])
def test_places_and_words_are_searched(client, text):
    assert "不能按姓名搜索" not in search(client, text).text


def test_a_lone_character_and_an_empty_box_are_answered(client, publish):
    publish(entry(1))
    assert "至少输入两个字" in search(client, "村").text
    assert "共 1 件" in search(client, "").text


def test_markup_in_a_query_stays_text(client):
    assert "<script>alert" not in search(client, "<script>alert(1)</script>").text


def test_the_search_is_kept_by_nobody_and_sets_no_cookie(client):
    response = search(client, "低保")
    assert "private" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_hits_lie_below_the_prefix_of_the_site(make_app, services, publish):
    publish(entry(1))
    client = make_app(PUBLIC_URL="https://example.gov.cn/column").test_client()
    page = client.get("/column/search", query_string={"q": "低保"}).text
    assert 'href="/column/notices/GS-2026-000001"' in page
