"""What the rules of the bureau's table find; the figures come in, nothing is looked up here."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.reconciliation import discrepancies, overspent
from portal.domain.stuck_funds import Shortfall, shortfalls
from portal.domain.treasury import YearPlace
from portal.domain.warnings import Finding, WarningRule, WarningRules

_RULE_OF: Mapping[FundStage, WarningRule] = {
    FundStage.BUDGET: WarningRule.OVER_BUDGET,
    FundStage.ALLOCATED: WarningRule.OVER_ALLOCATED,
    FundStage.DISBURSED: WarningRule.OVER_DISBURSED,
}


def findings_of_totals(
    figures: Sequence[FundFigure], received: Sequence[FundFigure], untold: Collection[YearPlace], rules: WarningRules,
    today: date, ledgers: Mapping[YearPlace, int],
) -> tuple[Finding, ...]:  # fmt: skip
    """What is found in the sums of the year pages, which tell nothing that is not public; what tells months by month.

    `received` is what was allocated to the divisions of the pages by those above them, `ledgers` up to which month
    treasuries tell what left them.
    """
    found = (
        *_chain(figures, ledgers),
        *_over_received(received, figures),
        *_undisbursed(figures, ledgers, rules, today),
        *_stuck(figures, untold, rules, today),
        *_unspent(figures, untold, rules, today),
    )
    return tuple(finding for finding in found if finding.rule in rules.enabled)


def _chain(figures: Iterable[FundFigure], ledgers: Mapping[YearPlace, int]) -> Iterator[Finding]:
    for one in discrepancies(figures, ledgers):
        yield Finding(
            _RULE_OF[one.earlier], one.year, one.whole, one.division, one.bound_fen, one.found_fen,
            program=one.program, source=one.source, subject=str(one.later),
        )  # fmt: skip


def _over_received(received: Iterable[FundFigure], figures: Iterable[FundFigure]) -> Iterator[Finding]:
    for one in overspent(received, figures):
        yield Finding(
            WarningRule.OVER_RECEIVED, one.year, one.division, one.division, one.received_fen, one.passed_on_fen,
            source=one.source,
        )  # fmt: skip


def _undisbursed(
    figures: Iterable[FundFigure], ledgers: Mapping[YearPlace, int], rules: WarningRules, today: date
) -> Iterator[Finding]:
    """What was issued so long before the end of what the treasury's ledgers tell that it should stand in them."""
    since = {
        place: min(today, _end_of(place[0], month)) - timedelta(days=rules.undisbursed_days)
        for place, month in ledgers.items()
        if month
    }
    due = [
        figure
        for figure in figures
        if (day := since.get((figure.year, figure.whole))) is not None
        and (figure.stage is FundStage.DISBURSED or _ends_before(figure, day))
    ]
    for one in shortfalls(due, (), FundStage.DISBURSED):
        yield _finding(WarningRule.UNDISBURSED, one)


def _stuck(
    figures: Iterable[FundFigure], untold: Collection[YearPlace], rules: WarningRules, today: date
) -> Iterator[Finding]:
    """Of the running year, what was issued so long ago that it should have been paid."""
    since = today - timedelta(days=rules.stuck_days)
    due = [
        figure
        for figure in figures
        if figure.year == today.year and (figure.stage is FundStage.PAID or _ends_before(figure, since))
    ]
    for one in shortfalls(due, untold):
        yield _finding(WarningRule.STUCK, one)


def _unspent(
    figures: Iterable[FundFigure], untold: Collection[YearPlace], rules: WarningRules, today: date
) -> Iterator[Finding]:
    """Of the years that are over, what was left of the allocated money, from a share of it on."""
    last = (today - timedelta(days=rules.unspent_days)).year - 1
    for one in shortfalls((figure for figure in figures if figure.year <= last), untold):
        if (one.due_fen - one.reached_fen) * 100 >= rules.unspent_percent * one.due_fen:
            yield _finding(WarningRule.UNSPENT, one)


def _ends_before(figure: FundFigure, day: date) -> bool:
    """Whether the month in which it was issued ended before the day; what tells no month is not looked at."""
    if not figure.month:
        return False
    return _end_of(figure.year, figure.month) < day


def _end_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _finding(rule: WarningRule, one: Shortfall) -> Finding:
    return Finding(
        rule, one.year, one.whole, one.division, one.due_fen, one.reached_fen, program=one.program, source=one.source
    )  # fmt: skip
