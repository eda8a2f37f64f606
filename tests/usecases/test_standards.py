from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotAllowedError
from portal.domain.programs import Program
from portal.models.audit import AuditEntry
from portal.models.standards import Standard
from portal.queries.divisions import division
from portal.queries.site import site
from portal.queries.standards import amounts_on
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.standards import FORMER, HEAD, RURAL, entered

LOW = Program.SUBSISTENCE_ALLOWANCE
SAMPLE = (
    "temporary_assistance_small_grant_ceiling,all,370811,2026-07-01,930,示例数据",
    "subsistence_allowance,rural,370811,2025-07-01,690,示例数据",
    "subsistence_allowance,rural,370811,2026-07-01,720,示例数据",
)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Standard)) or 0


def test_a_table_is_entered_once_noted_in_the_log_and_makes_kept_pages_stale(
    services: Services, cast: Cast, session: Session, at: datetime
):
    before = site().revision
    first = entered(services, cast.zhao_liu, RURAL, FORMER, at=at)
    assert (first.added, first.corrected, first.unchanged, first.problems) == (2, 0, 0, ())
    assert site().revision == before + 1
    again = entered(services, cast.zhao_liu, RURAL, FORMER, RURAL.replace("2026", "2027").replace("720", "750"), at=at)
    assert (again.added, again.unchanged) == (1, 2)
    village = division("370811002001")
    assert amounts_on(LOW, village, date(2026, 6, 30)) == {"rural": 69_000}
    assert amounts_on(LOW, village, date(2026, 7, 1)) == {"rural": 72_000}
    log = session.scalars(select(AuditEntry).where(AuditEntry.action == "standards.imported")).all()
    assert [entry.detail for entry in log] == [{"added": 2, "corrected": 0}, {"added": 1, "corrected": 0}]


def test_a_table_with_a_note_alone_is_read_as_well(services: Services, cast: Cast, at: datetime):
    head = "program,residence,division,valid_from,amount_yuan_per_person_month,note"
    assert entered(services, cast.zhao_liu, *SAMPLE, at=at, head=head).added == 3
    assert amounts_on(Program.TEMPORARY_ASSISTANCE, division("370811"), date(2026, 7, 1)) == {"all": 93_000}


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (RURAL.replace("subsistence_allowance", "临时救助"), "A3"),
        (RURAL.replace("rural", "山区"), "B3"),
        (RURAL.replace("rural", "不分城乡"), "B3"),
        (RURAL.replace("subsistence_allowance", "小额快救上限"), "B3"),
        (RURAL.replace("370811", "370832"), "C3"),
        (RURAL.replace("370811", "370811002"), "C3"),
        (RURAL.replace("2026-07-01", "2026-13-01"), "D3"),
        (RURAL.replace(",720,", ",七百,"), "E3"),
        (RURAL.replace(",720,", ",720.005,"), "E3"),
        (RURAL.replace(",720,", ",8640,"), "E3"),
        (RURAL.replace("任民发〔2026〕6号", ""), "F3"),
        (RURAL + "联系人13800000000", "G3"),
        (FORMER, "D3"),
    ],
    ids=["programme", "residence", "both residences", "a bound by residence", "another county", "township", "day", "words", "part of a fen", "a year's", "no basis",
         "a phone", "twice"],
)  # fmt: skip
def test_a_fault_is_told_at_its_cell_and_nothing_is_written(row, cell, services, cast: Cast, session, at: datetime):
    outcome = entered(services, cast.zhao_liu, FORMER, row, at=at)
    assert [problem.cell for problem in outcome.problems] == [cell]
    assert (outcome.added, count(session)) == (0, 0)


def test_every_fault_of_a_table_is_told_at_once(services: Services, cast: Cast, at: datetime):
    outcome = entered(services, cast.zhao_liu, "x,y,z,w,v,,", RURAL, at=at)
    assert [problem.cell for problem in outcome.problems] == ["A2", "B2", "C2", "D2", "E2", "F2"]
    assert [one.cell for one in entered(services, cast.zhao_liu, at=at, head="项目,标准").problems] == ["A1"]
    assert entered(services, cast.zhao_liu, "", at=at).problems


def test_what_stands_is_never_changed_only_corrected_with_words(
    services: Services, cast: Cast, session: Session, at: datetime
):
    entered(services, cast.zhao_liu, RURAL.replace("720", "270"), at=at)
    silent = entered(services, cast.zhao_liu, RURAL, at=at)
    assert [problem.cell for problem in silent.problems] == ["E2"]
    wordless = entered(services, cast.zhao_liu, RURAL, at=at, corrects=True)
    assert [problem.cell for problem in wordless.problems] == ["G2"]
    right = entered(services, cast.zhao_liu, RURAL + "登记时数字颠倒", at=at, corrects=True)
    assert (right.added, right.corrected) == (1, 1)
    assert amounts_on(LOW, division("370811"), date(2026, 7, 1)) == {"rural": 72_000}
    assert session.scalars(select(Standard.amount_fen).order_by(Standard.ordinal)).all() == [27_000, 72_000]


def test_whoever_may_not_publish_enters_nothing(services: Services, cast: Cast, session: Session, at: datetime):
    for actor in (cast.zhang_san, cast.li_si, cast.wang_wu, cast.zhou_jiu, cast.sun_ba):
        with pytest.raises(NotAllowedError):
            entered(services, actor, at=at)
    assert count(session) == 0


def test_the_columns_of_a_chinese_table_are_known(services: Services, cast: Cast, at: datetime):
    head = "救助项目,城乡,区划代码,执行日期,标准（元/人·月）,发文字号,说明"
    assert HEAD.count(",") == head.count(",")
    assert entered(
        services, cast.zhao_liu, "特困,城市,370811,2026/7/1,1210元,任民发〔2026〕6号,", at=at, head=head
    ).added
