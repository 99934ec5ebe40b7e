"""Accounts of the desk with their second factors, who is signed in, and which log-ins have lately failed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import UtcDateTime
from federation.register import new_id
from node.core import clock
from node.core.db import Base

REF_LENGTH = 16


class Operator(Base):
    """Never taken away, only disabled: the audit and the records point here. `external_name`: as an OpenID provider says."""

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
    external_name: Mapped[str | None] = mapped_column(String(200), index=True, unique=True)

    @property
    def ref(self) -> str:
        return self.id

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


class OperatorSession(Base):
    """One browser that is signed in. Only the hash of its token is kept: a stolen database opens no session.

    `is_strong`: the OpenID provider has asked for a second factor, so that ours is not asked.
    """

    __tablename__ = "operator_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str | None] = mapped_column(String(40))
    by_openid: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_strong: Mapped[bool] = mapped_column(default=False, server_default=false())

    operator: Mapped[Operator] = relationship()

    @property
    def ref(self) -> str:
        return self.token_hash[:REF_LENGTH]


class HalfLogIn(Base):
    """Whoever has given the right password, or has come from the OpenID provider, and still owes the code: it opens no page."""

    __tablename__ = "half_log_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_openid: Mapped[bool] = mapped_column(default=False, server_default=false())

    operator: Mapped[Operator] = relationship()


class SecondFactor(Base):
    """The secret shared with an operator's app, sealed. `last_step`: the time step of the newest code that was accepted."""

    __tablename__ = "second_factor"

    operator_id: Mapped[str] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code for the day on which the telephone is lost, known again by its mark."""

    __tablename__ = "recovery_code"

    operator_id: Mapped[str] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FactorDemand(Base):
    """Whoever has this role needs a second factor."""

    __tablename__ = "factor_demand"
    __table_args__ = (CheckConstraint("role IN ('amministratore', 'operatore', 'coordinatore')", name="role_known"),)

    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    since_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    @property
    def ref(self) -> str:
        return self.role


class KnownBrowser(Base):
    """A browser in which an account was signed in before. It opens nothing: it has its own allowance of failures."""

    __tablename__ = "known_browser"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FailedLogIn(Base):
    """Failures that use up one allowance; who and whence stands there only as a hash."""

    __tablename__ = "failed_log_in"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
