"""A node that has just been founded, to be copied, and what its counter says of itself."""

import pytest

from node.commands import founding

COUNTER = {
    "address": "Piazza Matteotti 8",
    "phone": "0332 748201",
    "opening_hours": "lunedì 9-12",
    "comune": "Gavirate",
}
"""A desk's form but for its name."""


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """The folder of a new node without a desk."""
    place = tmp_path_factory.mktemp("founded") / "gavirate"
    settings = founding.settings_for(("Gavirate",), None, None, founding.USUAL_URL)
    founding.found_node(place, settings, "quattro parole a caso")
    return place
