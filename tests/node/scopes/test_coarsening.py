"""Nobody is told so exactly that fewer than five could be meant, whatever profiles there are."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from node.scopes.coarsening import LADDER, LEAST, Counts, coarsened
from schemas.codes.comuni import zone_of

GAVIRATE, AROUND_GAVIRATE, VARESE = "012072", "zona-012072", "012133"
CODES = ("5223", "5221", "5120", "7111", "71", "9")
PROFILES = st.fixed_dictionaries(
    {
        "occupations": st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True),
        "area": st.sampled_from([GAVIRATE, VARESE, AROUND_GAVIRATE, None]),
        "experience": st.sampled_from(["1-3-anni", "oltre-5-anni", None]),
        "languages": st.lists(st.sampled_from(["en", "wo"]), unique=True, max_size=2).map(
            lambda codes: [{"code": code, "level": "B1"} for code in codes]
        ),
    }
)
CROWDS = st.lists(PROFILES, min_size=1, max_size=25)


def fits(profile, area, occupation, experience):
    """Whether a person may be meant by what is told."""
    return (
        area in (None, profile["area"], profile["area"] and zone_of(profile["area"]))
        and (experience is None or profile["experience"] == experience)
        and any(each.startswith(occupation) for each in profile["occupations"])
    )


def speaks(profile, code):
    return any(each["code"] == code for each in profile["languages"])


@given(CROWDS)
def test_what_is_told_fits_at_least_five(crowd):
    counts = Counts(crowd)
    for profile in crowd:
        told, reasons = coarsened(profile, counts)
        if told is None:
            assert reasons
            continue
        for occupation in told["occupations"]:
            cell = told["area"], occupation, told["experience"]
            assert fits(profile, *cell)
            assert sum(fits(each, *cell) for each in crowd) >= LEAST
        for language in told["languages"]:
            assert speaks(profile, language["code"])
            assert sum(speaks(each, language["code"]) for each in crowd) >= LEAST


@given(CROWDS, CROWDS)
def test_the_more_there_are_the_more_is_told(crowd, more):
    """Whatever is told of her in the smaller crowd is told in the bigger one, as finely or finer."""
    few, many = Counts(crowd), Counts(crowd + more)
    for profile in crowd:
        before, _ = coarsened(profile, few)
        after, _ = coarsened(profile, many)
        if before is None:
            continue
        assert after is not None
        assert before["area"] in (None, after["area"], after["area"] and zone_of(after["area"]))
        assert before["experience"] in (None, after["experience"])
        assert all(any(new.startswith(old) for new in after["occupations"]) for old in before["occupations"])
        assert all(language in after["languages"] for language in before["languages"])


@given(CROWDS)
def test_one_who_is_added_counts_like_one_of_the_crowd(crowd):
    whole, added = Counts(crowd), Counts(crowd[1:]).including(crowd[0])
    assert [coarsened(each, whole) for each in crowd] == [coarsened(each, added) for each in crowd]


def profile(**changes):
    told = {"occupations": ["5223"], "area": GAVIRATE, "experience": "1-3-anni", "languages": []}
    return told | changes


def told_among(*others):
    told, reasons = coarsened(profile(), Counts([profile(), *others]))
    return (told["occupations"], told["area"], told["experience"], reasons) if told else reasons


def test_each_step_tells_a_little_less():
    assert told_among(*[profile()] * 4) == (["5223"], GAVIRATE, "1-3-anni", [])
    assert told_among(*[profile(occupations=["5221"])] * 4) == (["522"], GAVIRATE, "1-3-anni", ["occupation"])
    assert told_among(*[profile(occupations=["5120"])] * 4) == (["5"], GAVIRATE, "1-3-anni", ["occupation"])
    around = [profile(area=AROUND_GAVIRATE)] * 4
    assert told_among(*around) == (["5"], AROUND_GAVIRATE, "1-3-anni", ["occupation", "area"])
    assert told_among(*[profile(area=None)] * 4) == (["5"], None, "1-3-anni", ["occupation", "area"])
    assert told_among(*[profile(area=None, experience=None)] * 4)[1:3] == (None, None)
    assert told_among(*[profile(occupations=["7111"])] * 4) == ["few"]
    assert told_among(*[profile()] * 3) == ["few"]


def test_a_language_that_few_speak_is_not_told():
    wolof = profile(languages=[{"code": "wo", "level": "C2"}, {"code": "en", "level": "B1"}])
    english = profile(languages=[{"code": "en", "level": "A2"}])
    told, reasons = coarsened(wolof, Counts([wolof, *[english] * 4]))
    assert told["languages"] == [{"code": "en", "level": "B1"}]
    assert reasons == ["language"]


def test_the_ladder_only_goes_down():
    assert all(low.digits <= high.digits and low.area <= high.area for high, low in pairwise(LADDER))
