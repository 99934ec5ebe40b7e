"""Accounts of the desk, who is signed in, and which log-ins have lately failed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import UtcDateTime
from federation.register import new_id
from node.core import clock
from node.core.db import Base


class Operator(Base):
    """Never taken away, only disabled: the audit and the records point here."""

    __tablename__ = "operator"
    __table_args__ = (CheckConstraint("role IN ('amministratore', 'operatore', 'coordinatore')", name="role_known"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def ref(self) -> str:
        return self.id

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


class OperatorSession(Base):
    """One browser that is signed in. Only the hash of its token is kept: a stolen database opens no session."""

    __tablename__ = "operator_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    operator: Mapped[Operator] = relationship()


class FailedLogIn(Base):
    """Failures of one account from one address, both only as a hash together."""

    __tablename__ = "failed_log_in"

    pair_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
