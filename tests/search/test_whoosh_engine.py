import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.domain.archive import Facet
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.search.engine import Cursor, Query
from portal.search.whoosh_engine import IndexBrokenError, WhooshEngine
from tests.search.factories import entry, found, results


@pytest.fixture
def engine(tmp_path):
    return WhooshEngine(tmp_path / "index")


def test_an_engine_without_an_index_finds_nothing(engine):
    assert results(engine, "低保").total == 0


def test_an_emptied_index_finds_nothing(engine):
    engine.replace([entry(1)])
    engine.remove([1, 99])
    assert results(engine, "低保").total == 0


def test_what_is_found_carries_all_it_shows(engine):
    one = entry(7, period_last_on=date(2026, 11, 12), body="秘而不宣", places=("李楼村",))
    engine.replace([one])
    (hit,) = results(engine, "李楼村").hits
    shown = {name: getattr(one, name) for name in hit.__dataclass_fields__}
    assert {name: getattr(hit, name) for name in shown} == shown
    assert isinstance(hit.area, Area)
    assert isinstance(hit.program, Program)


def test_everyday_words_places_and_numbers_are_found(engine):
    engine.replace([
        entry(1, places=("航运新村", "李楼村")),
        entry(2, "大安镇2026年10月特困人员救助供养初审公示", program=Program.EXTREME_POVERTY_SUPPORT),
        entry(3, "社会救助资金管理办法", area=Area.DOCUMENTS, kind=None, program=None, body="济民字〔2020〕21号 一、总则"),
    ])  # fmt: skip
    assert found(engine, "俺村低保钱啥时候发") == [1]
    assert found(engine, "五保户") == [2]
    assert found(engine, "李楼") == [1]
    assert found(engine, "航运新村低保公示") == [1]
    assert found(engine, "济民字(2020)21") == [3]
    assert found(engine, "GS-2026-000002") == [2]
    assert found(engine, "11月") == [1]
    assert found(engine, "社会救助 没有的词语") == []


def test_the_newest_stands_first_and_pages_neither_repeat_nor_lose(engine):
    same = datetime(2026, 11, 9, tzinfo=UTC)
    engine.replace([entry(number, published_at=same) if number % 2 else entry(number) for number in range(1, 48)])
    seen, after = [], None
    while True:
        page = results(engine, "低保", after=after, size=10)
        assert page.total == 47
        seen += page.hits
        if not page.has_more:
            break
        after = Cursor.behind(page.hits[-1])
    assert len({hit.publication_id for hit in seen}) == len(seen) == 47
    assert [(hit.published_at, hit.publication_id) for hit in seen] == sorted(
        ((hit.published_at, hit.publication_id) for hit in seen), reverse=True
    )


def test_a_cursor_reads_back_and_nonsense_is_the_first_page():
    assert Cursor.parse(str(Cursor(1767225600000, 42))) == Cursor(1767225600000, 42)
    for text in ("", "x", "1-", "-1", "１-２", "1;2"):
        assert Cursor.parse(text) is None


def test_facets_count_what_choosing_them_would_find(engine):
    engine.replace([
        entry(1), entry(2, year=2025), entry(3, county_code="370832"),
        entry(4, county_code="370832", program=Program.TEMPORARY_ASSISTANCE),
    ])  # fmt: skip
    page = results(engine, "", chosen={Facet.COUNTY: "370832"})
    assert page.total == 2
    assert page.facets[Facet.COUNTY] == {"370811": 2, "370832": 2}
    assert page.facets[Facet.PROGRAM] == {"subsistence_allowance": 1, "temporary_assistance": 1}
    assert page.facets[Facet.YEAR] == {"2026": 2}
    assert results(engine, "", chosen={Facet.COUNTY: "nowhere"}).total == 0


def test_a_replaced_entry_is_found_once_and_by_its_new_words_only(engine):
    engine.replace([entry(1, "旧标题在此")])
    engine.replace([replace(entry(1, "新标题在此"), revision_id=11)])
    assert results(engine, "旧标题").total == 0
    assert [hit.revision_id for hit in results(engine, "新标题").hits] == [11]


def test_what_is_excluded_is_neither_shown_nor_counted(engine):
    engine.replace([entry(1), entry(2)])
    page = results(engine, "低保", excluded=frozenset({2}))
    assert (page.total, page.facets[Facet.YEAR]) == (1, {"2026": 1})


def test_more_than_one_batch_is_indexed(engine):
    engine.rebuild(entry(number) for number in range(1, 1102))
    assert results(engine, "低保").total == 1101


def test_a_second_process_sees_what_the_first_wrote(engine, tmp_path):
    reader = WhooshEngine(tmp_path / "index")
    engine.replace([entry(1)])
    assert reader.search(Query()).total == 1
    engine.rebuild([entry(1), entry(2)])
    assert reader.search(Query()).total == 2


def test_a_rebuild_takes_the_place_of_the_old_index_and_clears_it_away(engine, tmp_path):
    engine.replace([entry(1)])
    engine.rebuild([entry(2)])
    assert found(engine, "低保") == [2]
    assert len(list((tmp_path / "index").glob("index-*"))) == 1


def test_a_rebuild_that_is_cut_short_leaves_the_old_index_in_use(engine, tmp_path):
    engine.replace([entry(1)])

    def cut_short():
        for number in range(2, 700):
            yield entry(number)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.rebuild(cut_short())
    assert found(WhooshEngine(tmp_path / "index"), "低保") == [1]
    engine.replace([entry(2)])
    assert found(engine, "低保") == [2, 1]
    engine.rebuild([entry(3)])
    assert found(engine, "低保") == [3]
    assert len(list((tmp_path / "index").glob("index-*"))) == 1


def test_a_write_that_dies_before_its_commit_changes_nothing(engine):
    engine.replace([entry(1)])
    with pytest.raises(AttributeError):
        engine.replace([entry(2), None])
    assert found(engine, "低保") == [1]
    engine.replace([entry(3)])
    assert found(engine, "低保") == [3, 1]


def test_an_index_that_is_gone_is_reported_and_can_be_rebuilt(engine, tmp_path, monkeypatch):
    monkeypatch.setattr("portal.search.whoosh_engine._PAUSE", 0)
    engine.replace([entry(1)])
    (tmp_path / "index" / "current").write_text("index-000077")
    with pytest.raises(IndexBrokenError, match="archive rebuild"):
        engine.search(Query())
    engine.rebuild([entry(2)])
    assert found(engine, "低保") == [2]


def test_threads_search_while_writers_commit_and_rebuild(engine):
    engine.replace([entry(number) for number in range(1, 41)])
    failures, stop = [], threading.Event()

    def search():
        while not stop.is_set():
            try:
                page = results(engine, "许庄街道低保公示", size=100)
                ids = [hit.publication_id for hit in page.hits]
                assert len(set(ids)) == page.total >= 40
                assert all(hit.number == f"GS-2026-{hit.publication_id:06d}" for hit in page.hits)
            except BaseException as error:  # noqa: BLE001 - whatever went wrong is shown below
                failures.append(error)
                return

    readers = [threading.Thread(target=search) for _ in range(4)]
    writers = [
        threading.Thread(target=lambda: [engine.replace([entry(number)]) for number in range(41, 53)]),
        threading.Thread(target=lambda: [engine.replace([entry(number)]) for number in range(53, 65)]),
    ]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    engine.rebuild([entry(number) for number in range(1, 65)])
    stop.set()
    for thread in readers:
        thread.join()
    assert failures == []
    assert results(engine, "低保").total == 64
