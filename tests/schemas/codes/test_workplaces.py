"""Places of work and the unit groups at home there."""

from schemas.codes import occupations
from schemas.codes.workplaces import workplaces


def test_every_place_names_unit_groups_that_there_are():
    known = {group.code for group in occupations.groups(occupations.UNIT_GROUP_DIGITS)}
    assert len(workplaces()) > 20
    for place, codes in workplaces().items():
        assert place == place.lower().strip()
        assert codes, place
        assert codes <= known, place
