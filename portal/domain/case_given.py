"""What is handed along with a step of a case, and which of the table's needs it fills."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.domain.case_actions import Need
from portal.domain.cases import AccusedRole, Outcome, Protection, Rung, ServiceManner
from portal.domain.intake import Contact, ExternalNumber, KeptFile


@dataclass(frozen=True, slots=True)
class Given:
    """The inputs of one step; what a step does not need is left out. Words are never told by `repr`."""

    text: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    ground: str = ""
    right_body: str = field(default="", repr=False)
    legal_basis: str = field(default="", repr=False)
    office_id: int | None = None
    officer_id: int | None = None
    days: int | None = None
    rung: Rung | None = None
    outcome: Outcome | None = None
    served_on: date | None = None
    served_manner: ServiceManner | None = None
    main_number: str = ""
    accused_office_id: int | None = None
    accused_account_id: int | None = None
    accused_names: str = field(default="", repr=False)
    accused_role: AccusedRole = AccusedRole.OFFICIAL
    receipt: str = field(default="", repr=False)
    recipient_key: str = ""
    passphrase: str = field(default="", repr=False)
    protection: Protection | None = None
    rating: int | None = None
    contact: Contact | None = field(default=None, repr=False)
    external: ExternalNumber | None = None
    files: tuple[KeptFile, ...] = ()
    clarification: str = ""

    @property
    def needs(self) -> frozenset[Need]:
        """The needs that are filled."""
        return frozenset(need for need, is_filled in _FILLED.items() if is_filled(self))


_FILLED: Mapping[Need, Callable[[Given], object]] = {
    Need.CONTENT: lambda given: given.text or given.files,
    Need.TEXT: lambda given: given.text or given.files,
    Need.GROUND: lambda given: given.ground,
    Need.RIGHT_BODY: lambda given: given.right_body,
    Need.REASON: lambda given: given.reason,
    Need.OFFICE: lambda given: given.office_id,
    Need.OFFICER: lambda given: given.officer_id,
    Need.DAYS: lambda given: given.days,
    Need.RUNG: lambda given: given.rung,
    Need.OUTCOME: lambda given: given.outcome,
    Need.LEGAL_BASIS: lambda given: given.legal_basis,
    Need.SERVED: lambda given: given.served_on and given.served_manner,
    Need.MAIN_CASE: lambda given: given.main_number,
    Need.ACCUSED: lambda given: given.accused_office_id or given.accused_account_id or given.accused_names,
    Need.RECEIPT: lambda given: given.receipt,
    Need.RECIPIENT: lambda given: given.recipient_key or given.passphrase,
    Need.PROTECTION: lambda given: given.protection,
    Need.RATING: lambda given: given.rating,
    Need.IDENTITY: lambda given: given.contact,
    Need.EXTERNAL_NUMBER: lambda given: given.external,
}
