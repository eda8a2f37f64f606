"""From a published list to a hit and away again, through the real use cases and jobs."""

from pathlib import Path

from portal.domain.archive import read_query
from portal.domain.publications import WithdrawalKind
from portal.queries.archive import ArchivePage, ArchiveQuery, archive_page
from portal.queries.publications import live_revisions
from portal.usecases import publications
from portal.usecases.archive import rebuild
from portal.usecases.jobs import refresh_index
from tests.usecases.lists import FAMILY, people, published


def found(services, text, at, **changes) -> ArchivePage:
    words = read_query(text, services.rulebook.search_words, **changes)
    return archive_page(services.search, ArchiveQuery(words), at=at, live=live_revisions)


def test_a_published_list_is_found_by_village_place_and_everyday_word(services, cast, at):
    number = published(services, cast, at=at)
    assert rebuild(services, at=at) == 1
    for text in ("航运新村", "许庄街道低保", "任城区 吃低保", "2026年11月公示", number):
        assert [one.hit.number for one in found(services, text, at).hits] == [number], text


def test_a_withdrawn_list_vanishes_before_the_index_hears_of_it(services, cast, at):
    number = published(services, cast, at=at)
    rebuild(services, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=at)
    assert found(services, "低保", at).total == 0
    assert found(services, number, at).total == 0


def test_the_index_follows_the_gate(services, cast, at):
    number = published(services, cast, at=at)
    refresh_index(services, [1], at=at)
    assert found(services, number, at).total == 1
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=at)
    refresh_index(services, [1], at=at)
    assert rebuild(services, at=at) == 0


def test_no_row_of_a_list_is_in_the_index(services, cast, at):
    published(services, cast, at=at)
    rebuild(services, at=at)
    held = b"".join(file.read_bytes() for file in Path(services.settings.index).rglob("*") if file.is_file())
    assert "许庄".encode() in held
    for _, name, ident, *_ in people(40):
        assert name.encode() not in held
        assert ident.encode() not in held
    assert not [family for family in FAMILY if f"{family}＊".encode() in held or f"{family}*".encode() in held]
    for name in (people(1)[0][1], "赵＊英"):
        assert found(services, name, at).query.words.is_name
        assert found(services, name, at, literally=True).total == 0
