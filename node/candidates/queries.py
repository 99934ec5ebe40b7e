"""What is asked about the persons whom the desk accompanies."""

from rapidfuzz import fuzz, process
from sqlalchemy import and_, func, select

from node.candidates.models import Candidate, MergedPerson, digits_of
from node.core.audit import Deed
from schemas import tax_codes
from schemas.codes import spelling

PAGE_SIZE = 25
ALIKE = 85
"""How alike two names must be, in hundredths and in whatever order they were typed, to be perhaps one person's."""
LEAST_DIGITS = 3

FOLLOWED, CLOSED, UNREACHABLE = "seguite", "chiuse", "senza-recapito"
LISTS = (FOLLOWED, CLOSED, UNREACHABLE)


def search_candidates(session, text="", which=FOLLOWED, page=1):
    """(the persons of that page, how many there are): every typed word in the name, or part of a telephone or tax code."""
    asked = _of(which), _matches(text)
    total = session.scalar(select(func.count()).select_from(Candidate).where(*asked))
    ordered = (
        select(Candidate)
        .where(*asked)
        .order_by(Candidate.folded_name, Candidate.ref)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return list(session.scalars(ordered)), total


def _of(which):
    if which == CLOSED:
        return Candidate.followed_until.is_not(None)
    if which == UNREACHABLE:
        return and_(Candidate.followed_until.is_(None), Candidate.phone.is_(None), Candidate.email.is_(None))
    return Candidate.followed_until.is_(None)


def _matches(text):
    words = [Candidate.folded_name.contains(word) for word in spelling.words(text)]
    digits = digits_of(text)
    if tax_codes.is_personal(tax_codes.compact(text)):
        return Candidate.tax_code == tax_codes.compact(text)
    if len(digits) >= LEAST_DIGITS and not any(sign.isalpha() for sign in text):
        return Candidate.phone_digits.contains(digits)
    return and_(True, *words)


def candidate_with(session, ref):
    """The person, or None; whose record has become part of another is found there."""
    return session.get(Candidate, ref) or session.get(Candidate, _kept_instead(session, ref))


def is_known(session, ref):
    return session.scalar(select(Candidate.ref).where(Candidate.ref == ref)) is not None


def candidate_to_change(session, ref):
    """The same with her row locked until the transaction ends."""
    wanted = select(Candidate).where(Candidate.ref.in_((ref, _kept_instead(session, ref))))
    return session.scalars(wanted.with_for_update()).one_or_none()


def _kept_instead(session, ref):
    """The ref of the record of which that one has become a part; blank for none."""
    return session.scalar(select(MergedPerson.kept).where(MergedPerson.gone == ref)) or ""


def merged_into(session, ref):
    """The refs of the records that have become part of this one."""
    return list(session.scalars(select(MergedPerson.gone).where(MergedPerson.kept == ref).order_by(MergedPerson.gone)))


def candidate_submitted_as(session, token):
    """The person whom a form with this token took in, or None."""
    return session.scalars(select(Candidate).where(Candidate.submitted_as == token)).one_or_none() if token else None


def possible_duplicates(session, data, apart_from=None):
    """Persons who may be the one described, the likeliest first: the same tax code or telephone, or almost the same name.

    Two birth dates that differ tell two persons of one name apart; a telephone that a household shares tells nothing.
    """
    name = " ".join(spelling.words(f"{data['family_name']} {data['given_name']}"))
    digits = digits_of(data.get("phone"))
    close = _names_like(session, name)
    wanted = Candidate.folded_name.in_(close)
    if digits:
        wanted |= Candidate.phone_digits == digits
    if data.get("tax_code"):
        wanted |= Candidate.tax_code == data["tax_code"]
    persons = session.scalars(select(Candidate).where(wanted).order_by(Candidate.folded_name, Candidate.ref))
    found = [each for each in persons if each is not apart_from and may_be(each, data, name, digits)]
    return sorted(found, key=lambda each: -close.get(each.folded_name, 100))


def _names_like(session, name):
    """folded name -> how alike it is, of the names that are alike enough."""
    names = session.scalars(select(Candidate.folded_name).distinct()).all()
    alike = process.extract(name, names, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=None)
    return {each: score for each, score, _place in alike}


def may_be(known, data, name, digits):
    """Whether a known person may be the one of `data`, whose folded name and digits of the telephone these are."""
    if data.get("tax_code") and known.tax_code:
        return known.tax_code == data["tax_code"]
    if data.get("born_on") and known.born_on and data["born_on"] != known.born_on:
        return False
    is_shared = known.phone_is_shared or data.get("phone_is_shared")
    if digits and digits == known.phone_digits and not is_shared:
        return True
    return fuzz.token_sort_ratio(known.folded_name, name) >= ALIKE


def history_of(session, candidate, limit=200):
    """What was done with her record and with those that became part of it, the newest first, as rows of the audit."""
    refs = (candidate.ref, *merged_into(session, candidate.ref))
    deeds = select(Deed).where(Deed.kind == Candidate.__tablename__, Deed.ref.in_(refs))
    return list(session.scalars(deeds.order_by(Deed.at.desc(), Deed.id.desc()).limit(limit)))
