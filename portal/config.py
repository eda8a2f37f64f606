"""Settings: the one reader of the environment. A wrong or unsafe value is refused by its name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class WrongSettingError(ValueError):
    """A setting in the environment cannot be used; the text names it and says what would be right."""


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """What the footer of a government site must state; configured by the operator, never invented."""

    organiser: str
    contractor: str
    phone: str
    site_code: str
    icp_number: str
    police_number: str
    error_report_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an operator can set. Folders are absolute paths; `queue_above` is a size in bytes."""

    instance: Path
    database_url: str
    keys: Path
    public_url: str
    url_prefix: str
    host: str
    port: int
    worker: bool
    require_totp: bool
    secure_cookies: bool
    trusted_proxies: int
    log_level: str
    security_contact: str
    smtp: str
    mail_from: str
    clamd: str
    queue_above: int
    site: SiteIdentity

    @property
    def spool(self) -> Path:
        """Encrypted uploads on their way to a draft."""
        return self.instance / "spool"

    @property
    def papers(self) -> Path:
        """Printed PDFs by content hash."""
        return self.instance / "papers"

    @property
    def attachments(self) -> Path:
        """Encrypted attachments of cases under random names."""
        return self.instance / "attachments"

    @property
    def mail(self) -> Path:
        """Mails that no server was configured for; the operator fetches them."""
        return self.instance / "mail"

    @property
    def index(self) -> Path:
        """The search index; disposable, rebuilt from the snapshots."""
        return self.instance / "index"

    @property
    def fonts(self) -> Path:
        """Fonts that the operator adds, such as FangSong."""
        return self.instance / "fonts"

    @property
    def rules(self) -> Path:
        """Rule tables that the bureau has changed; each replaces the shipped table of the same name."""
        return self.instance / "rules"


def _port(value: str) -> int:
    if not value.isdigit() or not 0 < int(value) < 65536:  # noqa: PLR2004 - the range of a TCP port
        raise WrongSettingError(f"PORT must be a number from 1 to 65535, not {value!r}")
    return int(value)


def _switch(name: str, value: str) -> bool:
    if value not in {"0", "1"}:
        raise WrongSettingError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query):
        raise WrongSettingError(f"PUBLIC_URL must look like https://example.gov.cn/column, not {value!r}")
    return value.rstrip("/")


def _count(name: str, value: str) -> int:
    if not value.isdigit():
        raise WrongSettingError(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _contact(value: str) -> str:
    if value and not (value.startswith(("https://", "mailto:", "tel:")) and value.isprintable()):
        raise WrongSettingError(f"PORTAL_SECURITY_CONTACT must begin with https://, mailto: or tel:, not {value!r}")
    return value


def _clamd(value: str) -> str:
    parts = urlsplit(value)
    try:
        usable = bool(parts.hostname and parts.port) if parts.scheme == "tcp" else parts.path.startswith("/")
    except ValueError:
        usable = False
    if value and (parts.scheme not in {"unix", "tcp"} or not usable):
        raise WrongSettingError(
            f"PORTAL_CLAMD must look like unix:/run/clamav/clamd.ctl or tcp://host:3310, not {value!r}"
        )
    return value


def _smtp(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise WrongSettingError("PORTAL_SMTP must look like smtp://user:password@mail.example.gov.cn:587")
    return value


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the environment; raises WrongSettingError that names the setting."""
    get = environment.get
    instance = Path(get("PORTAL_INSTANCE") or ROOT / "instance").resolve()
    host, port = get("HOST", "127.0.0.1"), _port(get("PORT", "8000"))
    public_url = _public_url(get("PUBLIC_URL", "")) or f"http://{host}:{port}"
    level = get("PORTAL_LOG_LEVEL", "info")
    if level not in {"debug", "info", "warning", "error"}:
        raise WrongSettingError(f"PORTAL_LOG_LEVEL must be debug, info, warning or error, not {level!r}")
    return Settings(
        instance=instance,
        database_url=get("PORTAL_DATABASE_URL") or f"sqlite:///{instance / 'portal.sqlite3'}",
        keys=Path(get("PORTAL_KEYS") or instance / "keys").resolve(),
        public_url=public_url,
        url_prefix=urlsplit(public_url).path.rstrip("/"),
        host=host,
        port=port,
        worker=_switch("PORTAL_WORKER", get("PORTAL_WORKER", "1")),
        require_totp=_switch("PORTAL_REQUIRE_TOTP", get("PORTAL_REQUIRE_TOTP", "1")),
        secure_cookies=public_url.startswith("https://"),
        trusted_proxies=_count("PORTAL_TRUSTED_PROXIES", get("PORTAL_TRUSTED_PROXIES", "0")),
        log_level=level,
        security_contact=_contact(get("PORTAL_SECURITY_CONTACT", "")),
        smtp=_smtp(get("PORTAL_SMTP", "")),
        mail_from=get("PORTAL_MAIL_FROM", "noreply@localhost"),
        clamd=_clamd(get("PORTAL_CLAMD", "")),
        queue_above=_count("PORTAL_QUEUE_ABOVE_KB", get("PORTAL_QUEUE_ABOVE_KB", "512")) * 1024,
        site=SiteIdentity(
            organiser=get("SITE_ORGANISER", "济宁市民政局"),
            contractor=get("SITE_CONTRACTOR", ""),
            phone=get("SITE_PHONE", ""),
            site_code=get("SITE_ID_CODE", ""),
            icp_number=get("SITE_ICP", ""),
            police_number=get("SITE_POLICE", ""),
            error_report_url=get("SITE_ERROR_REPORT_URL", ""),
        ),
    )
