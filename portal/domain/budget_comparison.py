"""Two sheets of one workbook that tell of the same money may not disagree."""

from portal.domain.budget_reading import Line, Reading
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_titles import off_by
from portal.domain.messages import N_, Message
from portal.domain.money import Fen
from portal.domain.roster_report import Report
from portal.domain.sheets import address


def compare(main: Reading, other: Reading, codes: FunctionCodes, report: Report) -> None:
    """Two sheets may not tell different amounts of the same divisions and items; the second may add some up."""
    for line in other.lines:
        same = [one for one in main.lines if _covers(other, line, one, codes)]
        if not same:
            text = N_("《%(sheet)s》里没有这一行的区划或科目，两张表不一致")
            place = address(other.header.labels[0], line.row.number)
            report.refuse(other.sheet.name, place, Message(text, {"sheet": main.sheet.name}))
        else:
            _compare_line(main, other, line, same, report)
    missing = [
        line for line in _told_of(main, other) if not any(_covers(other, one, line, codes) for one in other.lines)
    ]
    # A division that the other sheet leaves out is told once, not with every item that it has.
    firsts = {line.division: line for line in reversed(missing)}
    known = {one.division for one in other.lines}
    for line in missing if other.lines else ():
        if line.division in known or firsts[line.division] is line:
            text = N_("《%(sheet)s》里没有这一行的区划或科目，两张表不一致")
            place = address(main.header.labels[0], line.row.number)
            report.refuse(main.sheet.name, place, Message(text, {"sheet": other.sheet.name}))


def _compare_line(main: Reading, other: Reading, line: Line, same: list[Line], report: Report) -> None:
    """The sum of a line, and its sources where both sheets tell them."""
    for name in ("total", *(source for source in other.sources if source in main.sources)):
        told, summed = line.of(name), Fen(sum(one.of(name) for one in same))
        if told != summed:
            text = N_("这里写的是%(stated)s元，《%(sheet)s》里是%(summed)s元，相差%(off)s元")
            place = line.amounts[name].place if name in line.amounts else line.place
            message = off_by(text, told, summed)
            report.refuse(other.sheet.name, place, Message(text, {**message.params, "sheet": main.sheet.name}))


def _told_of(main: Reading, other: Reading) -> list[Line]:
    """The lines that another sheet should tell, too: one sheet for each county tells those of its county."""
    if other.header.names_divisions or other.is_of_all:
        return main.lines
    return [line for line in main.lines if line.division == other.own]


def _covers(other: Reading, above: Line, line: Line, codes: FunctionCodes) -> bool:
    """Whether a line of one sheet is, or is a part of, a line of the other."""
    if (other.header.names_divisions or not other.is_of_all) and above.division != line.division:
        return False
    if above.item is None or line.item is None:
        return True
    if above.item.use is not line.item.use:
        return False
    return above.item.code == line.item.code or above.item.code in codes.above(line.item.code)
