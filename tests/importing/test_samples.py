"""The sample lists on their way from bytes to recipients."""

import time

import pytest

from portal.domain.programs import AssistanceType
from portal.domain.roster_headings import RosterColumn
from portal.domain.rosters import read_roster
from portal.importing.workbooks import read_workbook
from tests.domain.roster_lists import cells, request, said, temporary
from tests.importing.broken_files import xlsx
from tests.samples import make_samples as samples


def roster_of(path, asked):
    return read_roster(read_workbook(path.read_bytes(), path.name), asked)


@pytest.mark.parametrize(
    "path", [samples.CLEAN, samples.OPEN_DOCUMENT, samples.OLD_FORMAT], ids=lambda path: path.suffix
)
def test_the_clean_list_is_read_whole_in_every_format(path):
    roster = roster_of(path, request())
    assert not roster.problems
    assert len(roster.recipients) == 23


def test_the_faulty_list_names_its_eight_cells_and_no_other():
    roster = roster_of(samples.FAULTY, request("370812101"))
    assert set(cells(roster)) == samples.FAULTS
    assert len(roster.problems) == len(samples.FAULTS)


def test_the_termination_list_is_read_from_gb18030():
    asked = request("370881001", columns=frozenset({RosterColumn.ID_NUMBER}), required=frozenset(), id_required=False)
    assert len(roster_of(samples.TERMINATION, asked).recipients) == 9


def test_the_temporary_list_is_refused_for_its_small_grants():
    roster = roster_of(samples.TEMPORARY, temporary(villages=request("370883003").villages))
    assert "快救" in said(roster)
    assert roster.counts[AssistanceType.SMALL_GRANT] == 2


def test_three_thousand_rows_are_read_in_little_time():
    rows = samples.list_rows(samples.VILLAGES, 3000, 16)
    content = xlsx([samples.HEADINGS, *rows])
    began = time.process_time()
    roster = read_roster(read_workbook(content, "x.xlsx"), request())
    assert time.process_time() - began < 2
    assert not roster.problems
    assert len(roster.recipients) == 3000
