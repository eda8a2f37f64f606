"""Time the search over 20 000 entries: `python -m bench.search_archive [ENTRIES]` prints milliseconds."""

import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.data.tables import read_csv
from portal.domain.archive import Facet, SearchWords, read_query
from portal.domain.divisions import Level, display_name
from portal.domain.notices import NoticeKind
from portal.domain.programs import PROGRAM_NAMES, Program
from portal.domain.publications import Area
from portal.queries.archive import ArchiveQuery, archive_page
from portal.queries.rulebook import read_search_words
from portal.search.engine import Entry
from portal.search.whoosh_engine import WhooshEngine

ROUNDS = 20
PROGRAMS = tuple(Program)
KINDS = tuple(NoticeKind)
AT = datetime(2027, 12, 1, tzinfo=UTC)
# fmt: off
QUERIES = (
    "低保", "最低生活保障", "公示", "许庄街道", "许庄街道低保公示", "任城区 2026年11月", "俺村低保啥时候发",
    "五保户", "救济款", "济民字〔2020〕21号", "济民字[2020]21", "GS-2026-000123", "特困人员供养标准", "临时救助 11月",
    "梁山", "好处费", "", "没有这样的词语",
)
# fmt: on


def entries(amount: int) -> list[Entry]:
    """Invented notices of real places; the same ones at every run."""
    chance = random.Random(20)  # noqa: S311 - numbers for a benchmark
    divisions = {row["code"]: row for row in read_csv("divisions.csv")}
    villages = [row for row in divisions.values() if row["level"] == Level.VILLAGE]
    return [_entry(number, chance.sample(villages, 2), divisions) for number in range(1, amount + 1)]


def _entry(number: int, villages: list[dict[str, str]], divisions: dict[str, dict[str, str]]) -> Entry:
    town = divisions[villages[0]["parent"]]
    county = divisions[town["parent"]]
    program = PROGRAMS[number % 3]
    published = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=50 * number)
    publication = f"GS-{published.year}-{number:06d}"
    return Entry(
        publication_id=number,
        revision_id=number,
        number=publication,
        area=Area.NOTICES,
        kind=KINDS[number % 3],
        program=program,
        division_path=f"370800/{county['code']}/{town['code']}/",
        county_code=county["code"],
        year=published.year,
        published_at=published,
        title=f"{town['name']}{published:%Y年%-m月}拟纳入{PROGRAM_NAMES[program]} {number % 90 + 3} 户的公示",
        url_path=f"/notices/{publication}",
        summary=f"{town['name']}办事处　共 {number % 90 + 3} 户，公示期七天，欢迎监督。",
        body=f"济宁市{county['name']}{town['name']} 根据济民字〔2020〕21号和《最低生活保障审核确认办法》公示。",
        places=tuple(display_name(village["name"], Level.VILLAGE) for village in villages),
    )


def everything_live(publication_ids: Sequence[int], *, at: datetime) -> Mapping[int, int]:
    """A gate that lets everything through; the real one adds one query by primary keys."""
    return {number: number for number in publication_ids} if at else {}


def timings(engine: WhooshEngine, words: SearchWords) -> list[float]:
    """Milliseconds of every query, with and without a choice of county, from the typed text to the page."""
    choices: tuple[Mapping[Facet, str], ...] = ({}, {Facet.COUNTY: "370811"})
    taken = []
    for text in QUERIES * ROUNDS:
        for chosen in choices:
            start = time.perf_counter()
            archive_page(engine, ArchiveQuery(read_query(text, words), chosen), at=AT, live=everything_live)
            taken.append(1000 * (time.perf_counter() - start))
    return taken


def main() -> None:
    """Build, ask, print."""
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    words = read_search_words(None)
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        start = time.perf_counter()
        engine.rebuild(entries(amount))
        print(f"{amount} entries indexed in {time.perf_counter() - start:.1f} s")
        taken = timings(engine, words)
        cold, warm = sorted(taken[: 2 * len(QUERIES)]), sorted(taken)
        print(f"first query {taken[0]:.1f} ms")
        for name, row in (("first round", cold), ("all rounds", warm)):
            print(
                f"{name}: p50 {row[len(row) // 2]:.2f} ms, p95 {row[len(row) * 95 // 100]:.2f} ms, max {row[-1]:.2f} ms"
            )


if __name__ == "__main__":
    main()
