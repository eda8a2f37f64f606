"""What must and may be disclosed: the rule of each recipient notice, and the catalogue of duties (公开标准目录)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.deadlines import PeriodRule, period_rule_from_table
from portal.domain.divisions import Level
from portal.domain.errors import NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.notices import NoticeColumn, NoticeKind
from portal.domain.programs import AssistanceType, Program


class Afterwards(StrEnum):
    """What becomes of a list when its time is over: sealed at once, or replaced by the next month's."""

    SEALED = "sealed"
    REPLACED = "replaced"


class Channel(StrEnum):
    """Where the catalogue wants an item disclosed."""

    WEBSITE = "website"
    READING_ROOM = "reading_room"
    SERVICE_HALL = "service_hall"
    VILLAGE_BOARD = "village_board"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One article; `text` is its gist in our words. `status` is empty once the bureau's lawyers have confirmed it."""

    document: str
    article: str
    text: str
    repealed: bool = False
    status: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the article may be printed on a paper."""
        return not self.status


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """One version of what a recipient notice of a kind and programme shows, for how long, and what follows.

    The patterns take `place`, `year`, `month` and `households` (the number of rows, also where they are persons:
    `row_unit` says which). `period` is None where a notice only announces a result. `hard_stop_days` are calendar days
    from publication, `retention_years` years that the sealed copy is kept. Of temporary assistance only
    `assistance_types` may be listed; the `counted_types` are told as counts and totals.
    """

    kind: NoticeKind
    program: Program
    version: str
    effective_on: date
    columns: tuple[NoticeColumn, ...]
    id_required: bool
    period: PeriodRule | None
    afterwards: Afterwards
    hard_stop_days: int | None
    basis: tuple[LegalBasis, ...]
    basis_sentence: str
    title_pattern: str
    lead_pattern: str
    row_unit: str
    amount_monthly: bool
    assistance_types: tuple[AssistanceType, ...]
    counted_types: tuple[AssistanceType, ...]
    causes_counted: bool
    standard_in_head: bool
    retention_years: int

    def title(self, *, place: str, day: date, households: int) -> str:
        """The title as an office writes it; it never holds a person's name."""
        return self.title_pattern % _places(place, day, households)

    def lead(self, *, place: str, day: date, households: int) -> str:
        """The sentence between the legal basis and the list (现将…予以公示)."""
        return self.lead_pattern % _places(place, day, households)


_NO_RULE = {
    (NoticeKind.FIRST_REVIEW, Program.TEMPORARY_ASSISTANCE): N_(
        "临时救助没有初审公示：支出型救助只公布结果，急难型只公布件数和金额，小额快救不公布名单"
    ),
    (NoticeKind.TERMINATION, Program.SUBSISTENCE_ALLOWANCE): N_(
        "低保没有拟终止公示：停发低保金的决定书面告知本人，不公布名单"
    ),
    (NoticeKind.TERMINATION, Program.TEMPORARY_ASSISTANCE): N_("临时救助没有拟终止公示：它不是按月发放的救助"),
}


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """All versions of all notice rules."""

    rules: tuple[NoticeRule, ...]

    def rule_for(self, kind: NoticeKind, program: Program, on: date | None = None) -> NoticeRule:
        """The rule for a notice begun on a day (the newest without one); RefusedError where no such list may exist.

        A notice begins on the day its list is handed in. That day decides, not the month the list is about: a list of
        May handed in in August cites the law that binds in August. It keeps this version to its end, through review,
        publication and corrections (ADR 0004), because all who signed it have signed for the basis that they saw.
        A day before the first version gets the first version.
        """
        versions = sorted(self._versions(kind, program), key=lambda rule: rule.effective_on)
        if not versions:
            raise RefusedError(_NO_RULE.get((kind, program), N_("公开目录没有这一类公示")))
        in_force = [rule for rule in versions if on is None or rule.effective_on <= on]
        return in_force[-1] if in_force else versions[0]

    def rule_of_version(self, kind: NoticeKind, program: Program, version: str) -> NoticeRule:
        """The rule under which a notice began; NotFoundError when the tables no longer hold that version."""
        for rule in self._versions(kind, program):
            if rule.version == version:
                return rule
        raise NotFoundError(N_("没有找到这份公示开始时适用的规则版本%(version)s"), version=version)

    def _versions(self, kind: NoticeKind, program: Program) -> list[NoticeRule]:
        return [rule for rule in self.rules if rule.kind is kind and rule.program is program]


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of the disclosure catalogue; the time limit counts from the making or obtaining of the information.

    `number` is 0 for a duty that a law adds beside the catalogue; `program` is None for an item of all programmes.
    """

    code: str
    number: int
    level_one: str
    level_two: str
    name_en: str
    program: Program | None
    elements: str
    levels: tuple[Level, ...]
    mode: str
    channels: tuple[Channel, ...]
    limit: PeriodRule
    basis: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class DisclosureCatalogue:
    """One version of the catalogue: its numbered items and the further duties that laws add."""

    version: str
    effective_on: date
    document: LegalBasis
    items: tuple[Duty, ...]
    further: tuple[Duty, ...]

    def duty(self, code: str) -> Duty:
        """The duty with a code; NotFoundError when there is none."""
        for duty in (*self.items, *self.further):
            if duty.code == code:
                return duty
        raise NotFoundError(N_("公开目录没有这一项"))


def notice_rules_from_table(table: Mapping[str, Any]) -> NoticeRules:
    """The rules from their table; KeyError or ValueError when an entry is incomplete or unknown."""
    return NoticeRules(tuple(_notice_rule(entry) for entry in table["rules"]))


def catalogue_from_table(table: Mapping[str, Any]) -> DisclosureCatalogue:
    """The catalogue from its table; KeyError or ValueError when an entry is incomplete or unknown."""
    default = table["default"]
    return DisclosureCatalogue(
        version=table["version"],
        effective_on=table["effective_on"],
        document=_basis([table["document"]])[0],
        items=tuple(_duty(default | entry) for entry in table["items"]),
        further=tuple(_duty(default | entry) for entry in table["further"]),
    )


def _places(place: str, day: date, households: int) -> dict[str, str | int]:
    return {"place": place, "year": day.year, "month": day.month, "households": households}


def _notice_rule(entry: Mapping[str, Any]) -> NoticeRule:
    period = entry.get("period")
    return NoticeRule(
        kind=NoticeKind(entry["kind"]),
        program=Program(entry["program"]),
        version=entry["version"],
        effective_on=entry["effective_on"],
        columns=tuple(NoticeColumn(column) for column in entry["columns"]),
        id_required=entry["id_required"],
        period=period_rule_from_table(period) if period else None,
        afterwards=Afterwards(entry["afterwards"]),
        hard_stop_days=entry.get("hard_stop_days"),
        basis=_basis(entry["basis"]),
        basis_sentence=entry["basis_sentence"],
        title_pattern=entry["title"],
        lead_pattern=entry["lead"],
        row_unit=entry["row_unit"],
        amount_monthly=entry.get("amount_monthly", False),
        assistance_types=_types(entry.get("assistance_types", ())),
        counted_types=_types(entry.get("counted_types", ())),
        causes_counted=entry.get("causes_counted", False),
        standard_in_head=entry.get("standard_in_head", False),
        retention_years=entry["retention_years"],
    )


def _duty(entry: Mapping[str, Any]) -> Duty:
    program = entry.get("program")
    return Duty(
        code=entry["code"],
        number=entry.get("number", 0),
        level_one=entry["level_one"],
        level_two=entry["level_two"],
        name_en=entry["name_en"],
        program=Program(program) if program else None,
        elements=entry["elements"],
        levels=tuple(Level(level) for level in entry["levels"]),
        mode=entry["mode"],
        channels=tuple(Channel(channel) for channel in entry["channels"]),
        limit=period_rule_from_table(entry["limit"]),
        basis=_basis(entry["basis"]),
    )


def _basis(entries: Iterable[Mapping[str, Any]]) -> tuple[LegalBasis, ...]:
    return tuple(LegalBasis(**entry) for entry in entries)


def _types(names: Iterable[str]) -> tuple[AssistanceType, ...]:
    return tuple(AssistanceType(name) for name in names)
