"""What is asked about employers."""

from difflib import SequenceMatcher

from sqlalchemy import and_, func, or_, select

from node.employers.models import Employer
from schemas.codes import spelling

PAGE_SIZE = 25
ALIKE = 0.85
"""How alike two names must be (difflib's ratio) to be shown as perhaps the same employer: one slip in seven letters."""

SAID_BY_EVERYBODY = frozenset((
    "srl", "srls", "spa", "snc", "sas", "scarl", "scrl", "coop", "cooperativa", "societa", "soc", "sociale", "onlus",
    "aps", "ets", "ditta", "azienda", "impresa", "di", "e",
))  # fmt: skip


def search_employers(session, text="", page=1):
    """(the employers of that page, how many there are): every typed word in the name, or the start of the VAT number."""
    found = select(Employer).where(_matches(text))
    total = session.scalar(select(func.count()).select_from(found.subquery()))
    ordered = found.order_by(Employer.folded_name, Employer.ref).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return list(session.scalars(ordered)), total


def _matches(text):
    words = [Employer.folded_name.contains(word) for word in spelling.words(text)]
    digits = text.replace(" ", "")
    if digits.isdigit() and len(digits) >= 3:
        return or_(Employer.vat_number.startswith(digits), and_(*words))
    return and_(True, *words)


def employer_with(session, ref):
    """The employer, or None."""
    return session.get(Employer, ref)


def employer_to_change(session, ref):
    """The employer with its row locked until the transaction ends, or None."""
    return session.scalars(select(Employer).where(Employer.ref == ref).with_for_update()).one_or_none()


def all_employers(session):
    """Everyone a vacancy may be for, by name."""
    return list(session.scalars(select(Employer).where(Employer.suspended_at.is_(None)).order_by(Employer.folded_name)))


def possible_duplicates(session, data, apart_from=None):
    """Employers that may be the one described: the same VAT number or tax code, or a name that reads almost the same."""
    wanted = telling_part(data["name"])
    return [
        each
        for each in session.scalars(select(Employer).order_by(Employer.folded_name))
        if each is not apart_from and (_same_number(each, data) or _reads_alike(telling_part(each.name), wanted))
    ]


def telling_part(name):
    """The words of a name that tell it from others: "Rossi Mario & C. S.r.l." reads "mario rossi"."""
    said = spelling.words(name.replace(".", ""))
    telling = [word for word in said if word not in SAID_BY_EVERYBODY and len(word) > 1]
    return " ".join(sorted(telling or said))


def _same_number(employer, data):
    return any(data.get(name) and getattr(employer, name) == data[name] for name in ("vat_number", "tax_code"))


def _reads_alike(name, other):
    return name == other or SequenceMatcher(None, name, other).ratio() >= ALIKE
