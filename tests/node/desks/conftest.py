import pytest


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def typed():
    """What an administrator types about a desk that has its authorisation."""
    return {
        "name": "Sportello Lavoro di Gavirate",
        "comune": "Gavirate (VA)",
        "address": "Piazza Matteotti 8",
        "phone": "0332 748201",
        "opening_hours": "lunedì e mercoledì 9-12",
        "authorisation": "Albo, prot. 1234/2024",
        "authorised_on": "02/05/2024",
        "comuni": ["Gavirate (VA)", "Comerio (VA)"],
    }
