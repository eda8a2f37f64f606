from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.desk_keys import DeskKind
from portal.models.base import EnumText, Model, UtcDateTime


class AccountKey(Model):
    """The X25519 pair of a member of staff; its private half is wrapped under argon2id of the password."""

    __tablename__ = "account_keys"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_private: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskKey(Model):
    """The X25519 pair of a desk. Its private half is wrapped for each holder, and for a key that is printed once.

    Of an `offline` pair the private half is nowhere here: only the paper on which it was printed opens what is sealed.
    """

    __tablename__ = "desk_keys"
    __table_args__ = (Index("ix_desk_keys_office", "office_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[DeskKind] = mapped_column(EnumText(DeskKind))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    offline: Mapped[bool] = mapped_column(default=False)
    recovery_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskKeyHolder(Model):
    """The private half of a desk's pair, sealed to the public key of one member of staff."""

    __tablename__ = "desk_key_holders"

    desk_key_id: Mapped[int] = mapped_column(ForeignKey("desk_keys.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
