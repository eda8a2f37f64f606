"""The divisions of the shipped table, written straight into a database."""

from datetime import date

from portal.data.tables import read_csv
from portal.domain.divisions import Level, display_name
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.publications import SiteState
from portal.models.transaction import transaction
from portal.queries.divisions import divisions_around

FOUNDED_ON = date(2026, 11, 2)


def lay_out() -> None:
    """Insert every division, parents first, and the one row of the site's state."""
    paths = {"": ""}
    rows = []
    for row in read_csv("divisions.csv"):
        path = paths[row["code"]] = f"{paths[row['parent']]}{row['code']}/"
        level = Level(row["level"])
        rows.append(
            {
                "code": row["code"],
                "name": row["name"],
                "display_name": display_name(row["name"], level),
                "level": level,
                "parent_code": row["parent"] or None,
                "path": path,
                "virtual": False,
            }
        )
    with transaction() as session:
        session.execute(db.insert(Division), rows)
        if session.get(SiteState, 1) is None:
            session.add(SiteState(id=1, revision=1, demo=False, founded_on=FOUNDED_ON))


def villages_within(code: str) -> tuple[str, ...]:
    """The codes of the villages in a division, itself included, by code."""
    return tuple(one.code for one in divisions_around(code) if one.level is Level.VILLAGE and code in one.path)
