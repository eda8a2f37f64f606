from datetime import datetime

from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.usecases.notice_imports import ImportOrder, Upload, import_notice
from portal.usecases.services import Services
from tests.cast import Cast
from tests.samples import make_samples as samples
from tests.usecases.lists import imported, people


def test_villages_may_be_written_with_the_places_above_them(services: Services, cast: Cast, at: datetime) -> None:
    rows = people(12, villages=("许庄街道甄庄村3组", "济宁市任城区许庄街道张营村", "任城区航运新村"))
    outcome = imported(services, cast.zhang_san, rows, at=at)
    assert not outcome.problems
    assert outcome.rows == 12


def test_a_faulty_list_writes_nothing_and_names_its_cells(services: Services, cast: Cast, at: datetime) -> None:
    rows = [*people(5), people(1)[0]]
    outcome = imported(services, cast.zhang_san, rows, at=at)
    assert outcome.number is None
    assert [problem.cell for problem in outcome.problems] == ["D9"]


def test_a_number_that_the_rule_can_do_without_still_tells_doubles(
    services: Services, cast: Cast, at: datetime
) -> None:
    person = samples.people(1, 5)[0]
    text = f"姓名,身份证号,村居\n{person.name},{person.id_number},甄庄村\n{person.name},{person.id_number},张营村\n"
    order = ImportOrder(NoticeKind.TERMINATION, Program.EXTREME_POVERTY_SUPPORT, "370811002")
    outcome = import_notice(services, cast.zhang_san, Upload("名单.csv", text.encode("gb18030")), order, at=at)
    assert [problem.cell for problem in outcome.problems] == ["B3"]
