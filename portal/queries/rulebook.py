"""The rules as data, read once and handed to the domain as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.data.tables import read_csv, read_lines, read_own_json, read_toml
from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.archive import SearchWords
from portal.domain.boundaries import Boundaries, boundaries_from_geojson
from portal.domain.calendar import WorkingCalendar, calendar_from_rows
from portal.domain.canned_replies import CannedReplies, canned_replies_from_table
from portal.domain.case_advice import CaseAdvice, case_advice_from_table
from portal.domain.case_clocks import ClockRules, clock_rules_from_table
from portal.domain.case_publications import CasePublicationRules, case_publication_rules_from_table
from portal.domain.case_statistics import StatisticsRules, statistics_rules_from_table
from portal.domain.case_transfers import TransferWords, transfer_words_from_table
from portal.domain.causes import CauseTable
from portal.domain.decline_grounds import DeclineGrounds, decline_grounds_from_table
from portal.domain.disclosure import DisclosureCatalogue, NoticeRules, catalogue_from_table, notice_rules_from_table
from portal.domain.division_tiles import DivisionTile, tiles_from_table
from portal.domain.divisions import Level
from portal.domain.documents import RepealedDocument, repealed_from_table
from portal.domain.duties import DutyRules, duty_rules_from_table
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_tables import FundHeadings
from portal.domain.masking import MaskingPolicy, policy_from_table
from portal.domain.payment_columns import ColumnWords
from portal.domain.payment_months import MonthRules
from portal.domain.payment_titles import PaymentWords
from portal.domain.policies import Policies, policies_from_table
from portal.domain.proxy_collectors import ProxyRules
from portal.domain.register_headings import RegisterHeadings
from portal.domain.retention import Retention, retention_from_table
from portal.domain.roster_headings import HeadingTable
from portal.domain.routing import RoutingRules, routing_rules_from_table
from portal.domain.standard_sheets import StandardWords
from portal.domain.warnings import WarningRules, warning_rules_from_table


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every table of rules that the use cases consult."""

    own: Path
    notice_rules: NoticeRules = field(repr=False)
    masking: MaskingPolicy = field(repr=False)
    calendar: WorkingCalendar = field(repr=False)
    catalogue: DisclosureCatalogue = field(repr=False)
    headings: HeadingTable = field(repr=False)
    causes: CauseTable = field(repr=False)
    search_words: SearchWords = field(repr=False)
    disease_words: frozenset[str] = field(repr=False)
    retention: Retention
    policies: Policies
    proxy_rules: ProxyRules
    standard_words: StandardWords = field(repr=False)
    repealed: tuple[RepealedDocument, ...] = field(repr=False)
    case_clocks: ClockRules = field(repr=False)
    case_routing: tuple[RoutingRules, ...] = field(repr=False)
    case_advice: CaseAdvice = field(repr=False)
    decline_grounds: DeclineGrounds = field(repr=False)
    canned_replies: CannedReplies = field(repr=False)
    case_publications: CasePublicationRules
    case_statistics: StatisticsRules = field(repr=False)
    transfer_words: TransferWords = field(repr=False)
    fund_headings: FundHeadings = field(repr=False)
    allocation_headings: AllocationHeadings = field(repr=False)
    function_codes: FunctionCodes = field(repr=False)
    division_tiles: tuple[DivisionTile, ...] = field(repr=False)
    boundaries: Boundaries | None = field(repr=False)
    division_aliases: Mapping[str, Any] = field(repr=False)
    payment_words: PaymentWords = field(repr=False)
    register_headings: RegisterHeadings = field(repr=False)
    payment_columns: ColumnWords = field(repr=False)
    payment_months: MonthRules
    warnings: WarningRules = field(repr=False)
    duties: DutyRules = field(repr=False)


def read_rulebook(own: Path) -> Rulebook:
    """Read all tables, the bureau's own from `own` where it has put one there."""
    policies = policies_from_table(read_toml("policies.toml", own))
    calendar = calendar_from_rows(read_csv("working_days.csv", own))
    catalogue = catalogue_from_table(read_toml("disclosure_catalogue.toml", own))
    months = MonthRules.from_table(read_toml("payment_months.toml", own))
    funds = FundHeadings.from_table(read_toml("fund_headings.toml", own))
    return Rulebook(
        own=own,
        notice_rules=notice_rules_from_table(read_toml("notice_rules.toml", own)),
        masking=policy_from_table(read_toml("masking.toml", own), read_lines("surnames.txt", own)),
        calendar=calendar,
        catalogue=catalogue,
        headings=HeadingTable.from_table(read_toml("headings.toml", own)),
        causes=CauseTable.from_table(read_toml("causes.toml", own)),
        search_words=read_search_words(own),
        disease_words=frozenset(read_lines("disease_words.txt", own)),
        policies=policies,
        proxy_rules=ProxyRules.from_table(read_toml("proxy_collectors.toml", own)),
        retention=retention_from_table(read_toml("retention.toml", own)),
        standard_words=StandardWords.from_table(read_toml("standard_words.toml", own)),
        repealed=repealed_from_table(read_toml("repealed.toml", own)),
        case_clocks=clock_rules_from_table(read_toml("case_clocks.toml", own)),
        case_publications=case_publication_rules_from_table(read_toml("case_publications.toml", own)),
        case_routing=routing_rules_from_table(read_toml("case_routing.toml", own)),
        case_advice=case_advice_from_table(read_toml("case_advice.toml", own)),
        decline_grounds=decline_grounds_from_table(read_toml("decline_grounds.toml", own)),
        transfer_words=transfer_words_from_table(read_toml("transfer_headings.toml", own)),
        fund_headings=funds,
        allocation_headings=AllocationHeadings.from_table(read_toml("allocation_headings.toml", own), funds),
        function_codes=FunctionCodes.from_table(read_toml("function_codes.toml", own)),
        division_tiles=tiles_from_table(read_toml("division_tiles.toml", own)),
        boundaries=read_boundaries(own),
        division_aliases=read_toml("division_aliases.toml", own),
        payment_months=months,
        duties=duty_rules_from_table(read_toml("duty_rules.toml", own), catalogue, months, calendar),
        register_headings=RegisterHeadings.from_table(read_toml("register_headings.toml", own)),
        payment_words=PaymentWords.from_table(read_toml("payment_words.toml", own)),
        payment_columns=ColumnWords.from_table(read_toml("payment_columns.toml", own)),
        warnings=warning_rules_from_table(read_toml("warnings.toml", own)),
        canned_replies=canned_replies_from_table(read_toml("canned_replies.toml", own)),
        case_statistics=statistics_rules_from_table(
            read_toml("case_statistics.toml", own), policies.smallest_count_told
        ),
    )


def read_boundaries(own: Path) -> Boundaries | None:
    """The operator's approved map, where there is one."""
    found = read_own_json("boundaries.geojson", own)
    return boundaries_from_geojson(found) if found else None


def read_search_words(own: Path | None) -> SearchWords:
    """The word tables of the search; the names of the divisions tell places from persons."""
    divisions = ((row["name"], Level(row["level"])) for row in read_csv("divisions.csv", own))
    return SearchWords.from_tables(read_toml("synonyms.toml", own), read_toml("search_words.toml", own), divisions)
