"""What search engines read of a vacancy: true, complete as far as the notice is, and never more than text."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from node.citizens.jobposting import job_posting, valid_through
from tests.federation.search.conftest import NOW, vacancy

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
DESK = {"name": "Sportello lavoro di Vergiate", "phone": "0331 928711", "website": "https://vergiate.example"}


@pytest.fixture
def told(citizen):
    """`told(address)`: the data in the page there, or None."""

    def told(address):
        found = SCRIPT.findall(citizen.get(address).text)
        assert len(found) < 2
        return json.loads(found[0]) if found else None

    return told


def posting(desk=DESK, **changes):
    body = (
        vacancy(employer={"name": "Laghi Logistica Srl"}, **changes)
        if "employer" not in changes
        else vacancy(**changes)
    )
    return job_posting(body, "vergiate/v-1", "https://v.example/lavoro/vergiate/v-1", "Comune di Vergiate", desk)


def test_an_open_vacancy_says_what_it_is(network, told):
    network.open_desk("sportello-1", "gavirate")
    network.publish(
        "v-1",
        title="Magazziniere",
        employer={"name": "Laghi Logistica Srl"},
        hours="part-time",
        tasks="Carico e scarico.",
        positions=3,
        occupation="4321",
        pay={"min": 1450, "max": 1600.5, "period": "mese", "currency": "EUR"},
        experience="1-3-anni",
        licences=["muletto"],
    )
    read = told("/lavoro/gavirate/v-1?comune=Varese")
    expected = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": "Magazziniere",
        "identifier": {"@type": "PropertyValue", "name": "Comune di Gavirate", "value": "gavirate/v-1"},
        "url": "http://localhost/lavoro/gavirate/v-1",
        "datePosted": "2026-10-03",
        "validThrough": "2026-11-02T23:59:59+01:00",
        "employmentType": ["PART_TIME", "TEMPORARY"],
        "hiringOrganization": {"@type": "Organization", "name": "Laghi Logistica Srl"},
        "totalJobOpenings": 3,
        "qualifications": ["Patentino del muletto (carrelli elevatori)"],
        "directApply": False,
        "experienceRequirements": {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": 12},
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "value": {"@type": "QuantitativeValue", "minValue": 1450.0, "maxValue": 1600.5, "unitText": "MONTH"},
        },
    }
    assert {name: read[name] for name in expected} == expected
    assert read["description"] == (
        "<h3>Cosa farai</h3><p>Carico e scarico.</p><h3>Come candidarti</h3><p>Allo sportello.</p>"
    )
    assert read["occupationalCategory"]["codeValue"] == "4321"
    (where,) = read["jobLocation"]
    assert where["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "IT",
        "addressLocality": "Gavirate",
        "addressRegion": "Lombardia",
        "postalCode": "21026",
    }


def test_what_the_notice_does_not_say_is_not_told(network, told):
    network.publish("v-1")
    silent = {"baseSalary", "experienceRequirements", "educationRequirements", "skills", "industry", "jobStartDate"}
    assert not silent & set(told("/lavoro/gavirate/v-1"))


def test_a_vacancy_that_is_over_tells_nothing(network, told):
    network.publish("v-1", closes_on=NOW.date() - timedelta(days=1), published_on=NOW.date() - timedelta(days=9))
    network.publish("v-2")
    network.withdraw("v-2")
    assert told("/lavoro/gavirate/v-1") is None
    assert told("/lavoro/gavirate/v-2") is None


@pytest.mark.parametrize(
    "nasty", ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "&lt;/script&gt;", "'\"\\"]
)
def test_no_text_ends_the_script(network, citizen, nasty):
    network.publish("v-1", title=f"Cuoco {nasty}", description=f"Testo {nasty}", employer={"name": f"Azienda {nasty}"})
    page = citizen.get("/lavoro/gavirate/v-1").text
    (data,) = SCRIPT.findall(page)
    assert json.loads(data)["title"] == f"Cuoco {nasty}"
    assert "<" not in data
    assert "<script>alert" not in page


def test_the_text_of_the_notice_is_text_in_the_description_too():
    told = posting(description="Meno di 2 < 3 & più\n\n<nome@esempio.example>")["description"]
    assert told.startswith("<p>Meno di 2 &lt; 3 &amp; più</p><p>&lt;nome@esempio.example&gt;</p>")


def test_the_desk_stands_for_an_employer_that_stays_unnamed():
    told = {"@type": "GovernmentOrganization", "name": DESK["name"], "sameAs": DESK["website"]}
    assert posting(employer=None)["hiringOrganization"] == told
    assert posting(desk=None, employer=None)["hiringOrganization"]["name"] == "Comune di Vergiate"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"contract": "indeterminato", "hours": "tempo-pieno"}, ["FULL_TIME"]),
        ({"contract": "tirocinio"}, ["INTERN"]),
        ({"contract": "apprendistato", "hours": "part-time"}, ["PART_TIME"]),
        ({"contract": "autonomo"}, ["CONTRACTOR"]),
        ({"contract": "indeterminato"}, ["OTHER"]),
        ({"contract": "lavoro-lunare"}, ["OTHER"]),
    ],
)
def test_contracts_and_hours_become_types_of_employment(changes, told):
    assert posting(**changes)["employmentType"] == told


@pytest.mark.parametrize(
    ("pay", "value"),
    [
        ({"min": 9.5, "max": 9.5, "period": "ora"}, {"value": 9.5, "unitText": "HOUR"}),
        ({"min": 1200, "period": "mese"}, {"minValue": 1200.0, "unitText": "MONTH"}),
        ({"max": 30000, "period": "anno"}, {"maxValue": 30000.0, "unitText": "YEAR"}),
    ],
)
def test_pay_is_a_sum_or_a_range_or_one_of_its_ends(pay, value):
    salary = posting(pay=pay | {"currency": "CHF"})["baseSalary"]
    assert salary["currency"] == "CHF"
    assert salary["value"] == {"@type": "QuantitativeValue", **value}


def test_pay_for_a_period_that_nobody_knows_is_left_out():
    assert "baseSalary" not in posting(pay={"min": 5, "period": "settimana-lunare", "currency": "EUR"})


def test_no_experience_is_told_as_none_needed():
    assert posting(experience="nessuna")["experienceRequirements"] == "no requirements"
    assert "experienceRequirements" not in posting(experience="secoli")


def test_a_place_abroad_has_its_country_and_where_it_lies():
    (told,) = posting(places=["Lugano (CH)"])["jobLocation"]
    assert told["address"] == {"@type": "PostalAddress", "addressCountry": "CH", "addressLocality": "Lugano"}
    assert round(told["geo"]["latitude"]) == 46


def test_work_from_home_says_so():
    told = posting(remote="remoto")
    assert told["jobLocationType"] == "TELECOMMUTE"
    assert "jobLocationType" not in posting(remote="ibrido")


@pytest.mark.parametrize(
    ("closes_on", "told"),
    [
        ("2026-03-28", "2026-03-28T23:59:59+01:00"),
        ("2026-03-29", "2026-03-29T23:59:59+02:00"),
        ("9999-12-31", "2100-12-31T23:59:59+01:00"),
    ],
)
def test_it_is_valid_until_the_closing_day_ends_in_italy(closes_on, told):
    assert valid_through(closes_on) == told


def test_a_copy_speaks_with_the_address_of_its_origin(network, app, told):
    members = app.extensions["sportello"].roster.current().members
    members["vergiate"] = replace(members["vergiate"], url="https://lavoro.vergiate.example")
    network.publish("v-1", "vergiate")
    assert told("/lavoro/vergiate/v-1")["url"] == "https://lavoro.vergiate.example/lavoro/vergiate/v-1"
