"""Cases (诉求件): what can be reported, on which track it runs, and where it stands."""

from enum import StrEnum

NUMBER_PREFIX = "SQ"
NUMBERS = 1_000_000
"""How many numbers a year has; they are drawn at random, so that nobody counts cases by their numbers."""


class CaseKind(StrEnum):
    """What the submitter wants."""

    COMPLAINT = "complaint"
    TIP_OFF = "tip_off"
    OBJECTION = "objection"
    INQUIRY = "inquiry"
    PROPOSAL = "proposal"
    HELP_REQUEST = "help_request"
    PRIVACY_TAKEDOWN = "privacy_takedown"


class Category(StrEnum):
    """What it is about. PORTAL (本平台及其管理人员) decides who may learn of a case, whatever else it tells."""

    LEFT_OUT = "left_out"
    FAVOURITISM = "favouritism"
    FALSE_CLAIM = "false_claim"
    EMBEZZLEMENT = "embezzlement"
    MISAPPROPRIATION = "misappropriation"
    FUNDS_HELD_BACK = "funds_held_back"
    EXTORTION = "extortion"
    CARD_KEPT = "card_kept"
    LATE_OR_SHORT_PAYMENT = "late_or_short_payment"
    BANK_CHARGE = "bank_charge"
    IMPROPER_NOTICE = "improper_notice"
    PRIVACY_LEAK = "privacy_leak"
    OTHER = "other"
    PORTAL = "portal"


class Track(StrEnum):
    """The procedure that binds: PETITION is the statutory one of the 信访工作条例."""

    PETITION = "petition"
    ASSISTANCE_REPORT = "assistance_report"
    DISCIPLINE = "discipline"
    OBJECTION = "objection"
    SERVICE = "service"
    PRIVACY = "privacy"


class CaseState(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    REGISTERED = "registered"
    ASKED_BEFORE_ACCEPTANCE = "asked_before_acceptance"
    ACCEPTED = "accepted"
    IN_HANDLING = "in_handling"
    ASKED_IN_HANDLING = "asked_in_handling"
    REPLY_DRAFTED = "reply_drafted"
    REPLY_APPROVED = "reply_approved"
    REPLIED = "replied"
    CONCLUDED = "concluded"
    IN_REEXAMINATION = "in_reexamination"
    REEXAMINED = "reexamined"
    IN_FINAL_REVIEW = "in_final_review"
    FINALLY_REVIEWED = "finally_reviewed"
    DECLINED = "declined"
    FORWARDED = "forwarded"
    TRANSFERRING = "transferring"
    TRANSFERRED = "transferred"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class ContactChoice(StrEnum):
    """How the submitter lets himself be reached; sealed with the identity, it shows nowhere else."""

    ANONYMOUS = "anonymous"
    CONTACT_ONLY = "contact_only"
    NAMED = "named"


class Channel(StrEnum):
    """On which way a case came in."""

    WEB = "web"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"
    HOTLINE_12345 = "hotline_12345"


class Outcome(StrEnum):
    """What handling has found; nobody here can find a report malicious (诬告)."""

    SUBSTANTIATED = "substantiated"
    PARTLY_SUBSTANTIATED = "partly_substantiated"
    UNSUBSTANTIATED = "unsubstantiated"
    UNVERIFIABLE = "unverifiable"


class ItemKind(StrEnum):
    """One sealed piece of a case."""

    CONTENT = "content"
    SUPPLEMENT = "supplement"
    FROM_SUBMITTER = "from_submitter"
    TO_SUBMITTER = "to_submitter"
    NOTE = "note"
    REPLY_DRAFT = "reply_draft"
    REPLY = "reply"
    LETTER = "letter"
    FILE = "file"
    ACCUSED_NAMES = "accused_names"
    TRANSCRIPT = "transcript"
    DECLINE = "decline"


class ClockKind(StrEnum):
    """A promise with a last day."""

    ROUTE = "route"
    CONFIRM = "confirm"
    MISROUTED = "misrouted"
    SUPPLEMENT = "supplement"
    FIRST_ANSWER = "first_answer"
    FINISH = "finish"
    HOTLINE_REPLY = "hotline_reply"
    FEEDBACK = "feedback"
    ASK_REEXAMINATION = "ask_reexamination"
    REEXAMINATION = "reexamination"
    ASK_FINAL_REVIEW = "ask_final_review"
    FINAL_REVIEW = "final_review"


class Party(StrEnum):
    """Who takes a step, and for whom a clock runs."""

    STAFF = "staff"
    SUBMITTER = "submitter"
    CLOCK = "clock"


class AccusedRole(StrEnum):
    """Whom a case is about, as far as the submitter can tell."""

    NOBODY = "nobody"
    UNKNOWN = "unknown"
    RECIPIENT = "recipient"
    VILLAGE_CADRE = "village_cadre"
    OFFICIAL = "official"
    OFFICE_HEAD = "office_head"
    BANK = "bank"


class Card(StrEnum):
    """How urgent a clock is: yellow from one working day before its last day, red from the first day overdue."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Rung(StrEnum):
    """The ladder of supervision, one rung after the other."""

    REMINDER = "reminder"
    URGING = "urging"
    SUPERVISION = "supervision"
    CIRCULAR = "circular"


class ServiceManner(StrEnum):
    """How a letter reached the submitter (送达方式); its date begins the days for a remedy."""

    BY_HAND = "by_hand"
    BY_POST = "by_post"
    ON_THE_PLATFORM = "on_the_platform"
    BY_PROXY = "by_proxy"
    BY_ANNOUNCEMENT = "by_announcement"


class Protection(StrEnum):
    """How a tip-off's sender is protected before a step that could reveal him: several villages at once, or consent."""

    WIDE_INSPECTION = "wide_inspection"
    CONSENT = "consent"


class ExternalSystem(StrEnum):
    """Another register in which the same matter may have a number."""

    HOTLINE_12345 = "hotline_12345"
    PETITION_SYSTEM = "petition_system"
    OTHER = "other"


class IdentityGround(StrEnum):
    """Why somebody asks who submitted a case; a code, because the custodian cannot read the case's own words."""

    ASK_FACTS = "ask_facts"
    SERVE_LETTER = "serve_letter"
    PROTECT = "protect"
    TESTIFY = "testify"
    TRANSCRIBE = "transcribe"


class IdentityRefusal(StrEnum):
    """Why a request to see who submitted a case is refused; a code, like the ground of the request."""

    NOT_NEEDED = "not_needed"
    ASK_IN_DIALOGUE = "ask_in_dialogue"
    TOO_DANGEROUS = "too_dangerous"


OUTCOME_KINDS = frozenset({CaseKind.COMPLAINT, CaseKind.TIP_OFF, CaseKind.OBJECTION, CaseKind.PRIVACY_TAKEDOWN})
"""Kinds that tell a fact which is found true or not; the others ask, propose or need something."""


def format_case_number(year: int, random: int) -> str:
    """The public number: prefix, year and six figures of a random number below NUMBERS, for example SQ-2026-483920."""
    if not 0 <= random < NUMBERS:
        raise ValueError("a case number has six figures")
    return f"{NUMBER_PREFIX}-{year}-{random:06d}"
