"""CPU milliseconds of the money pages over many years: `python -m bench.read_funds [YEARS] [ROUNDS]`.

In the store stand, for every year, the budget and the monthly allocations, payments out of the treasury and to the
recipients of all counties by programme and source, and the monthly payments of all townships by programme.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import product

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import settings_from
from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FigureScope, FundFigure, FundStage
from portal.domain.funds import FundSource
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.models.base import db
from portal.models.fund_totals import FundTotal
from portal.models.schema import upgrade
from portal.models.transaction import transaction
from portal.queries.divisions import DivisionTree, division_tree
from portal.usecases.divisions import load_divisions
from portal.usecases.fund_totals import replace_figures
from portal.usecases.site import bump_revision

LAST = 2026
MONTHLY = (FundStage.ALLOCATED, FundStage.DISBURSED, FundStage.PAID)
SOURCES = (FundSource.CENTRAL, FundSource.CITY)
PATHS = (f"/funds/{LAST}/", f"/funds/{LAST}/370811/", "/funds/", f"/funds/{LAST}/places.csv", "/about/")
"""The last has no figures: what every page costs."""


def filled(folder: str, years: int) -> Flask:
    """An application on a scratch instance with so many years of money and nothing else."""
    app = create_app(settings_from({"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        services = app.extensions["portal"]
        upgrade(services.settings.database_url)
        with transaction() as session:
            load_divisions(session, services)
            bump_revision(session)
        tree = division_tree()
        db.session.remove()
        for year in range(LAST + 1 - years, LAST + 1):
            with transaction() as session:
                _fill_year(session, tree, year)
                bump_revision(session)
    return app


def _fill_year(session: Session, tree: DivisionTree, year: int) -> None:
    """The city by county and the counties by township."""
    counties = tree.below(tree.city.code)
    for whole, sources in ((tree.city, SOURCES), *((county, (None,)) for county in counties)):
        parts = [part.code for part in tree.below(whole.code)]
        scope = FigureScope(year, whole.code, frozenset({FundStage.BUDGET, *MONTHLY}))
        replace_figures(session, scope, _figures(year, whole.code, parts, sources))


def _figures(
    year: int, whole: DivisionCode, parts: Sequence[DivisionCode], sources: Sequence[FundSource | None]
) -> Iterator[FundFigure]:
    stages = [*product(MONTHLY if sources[0] else MONTHLY[-1:], range(1, 13)), (FundStage.BUDGET, 0)]
    cells = product(stages, parts, Program, sources)
    for number, ((stage, month), part, program, source) in enumerate(cells):
        amount = Fen((number * 7_919 % 90_000 + 10_000) * (12_00 if stage is FundStage.BUDGET else 95))
        yield FundFigure(stage, year, whole, part, amount, month, program, source=source)


def cpu_ms(app: Flask, path: str, rounds: int) -> float:
    """Median milliseconds of CPU a hit; a fresh query string each time keeps the page from being kept."""
    client = app.test_client()
    assert client.get(path).status_code == 200, path
    taken = []
    for number in range(rounds):
        before = time.process_time()
        client.get(f"{path}?round={number}")
        taken.append(time.process_time() - before)
    return statistics.median(taken) * 1000


def main() -> None:
    years, rounds = (int(sys.argv[at]) if len(sys.argv) > at else usual for at, usual in ((1, 10), (2, 50)))
    for stored in (1, years):
        with tempfile.TemporaryDirectory() as folder:
            app = filled(folder, stored)
            with app.app_context():
                rows = db.session.execute(select(func.count()).select_from(FundTotal)).scalar_one()
            print(f"{stored} years, {rows} figures", end="")
            print("".join(f"; {path} {cpu_ms(app, path, rounds):.2f} ms" for path in PATHS))


if __name__ == "__main__":
    main()
