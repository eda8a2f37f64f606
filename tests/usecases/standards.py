"""Tables of standards as a bureau hands them in; the amounts are invented."""

from collections.abc import Sequence
from datetime import datetime

from portal.domain.permissions import Actor
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from portal.usecases.standards import StandardsOutcome, import_standards

HEAD = "program,residence,division,valid_from,amount_yuan_per_person_month,document_number,note"
RURAL = "subsistence_allowance,rural,370811,2026-07-01,720,任民发〔2026〕6号,"
FORMER = "低保,农村,370811,2025年7月1日,690,任民发〔2025〕3号,"


def table(rows: Sequence[str], head: str = HEAD) -> bytes:
    """A table of standards as CSV."""
    return "\n".join([head, *rows, ""]).encode()


def entered(
    services: Services, actor: Actor, *rows: str, at: datetime, corrects: bool = False, head: str = HEAD
) -> StandardsOutcome:
    """Enter rows, by default those of a county."""
    return import_standards(
        services, actor, Upload("标准.csv", table(rows or (RURAL,), head)), at=at, corrects=corrects
    )
