"""A vacancy in the words of schema.org, for the search engines that show work to people.

Only what the notice says is told, and only in the values that the vocabulary has: a guess would be shown to a person as
the employer's promise. One page of the network speaks for a vacancy, that of its origin, so every copy names that one.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from html import escape
from typing import Any

from federation.search import places
from schemas.codes import LANGUAGES, LICENCES, OCCUPATIONS, SECTORS, comuni
from schemas.days import LAST_DAY, ROME

EMPLOYMENT = {
    "tempo-pieno": "FULL_TIME", "part-time": "PART_TIME",
    "determinato": "TEMPORARY", "stagionale": "TEMPORARY", "somministrazione": "TEMPORARY",
    "intermittente": "OTHER", "tirocinio": "INTERN", "collaborazione": "CONTRACTOR", "autonomo": "CONTRACTOR",
}  # fmt: skip
"""Hours and contracts as employmentType; a contract without a fixed end has no word of its own there."""

PAY_UNITS = {"ora": "HOUR", "giorno": "DAY", "mese": "MONTH", "anno": "YEAR"}
EXPERIENCE_MONTHS = {"fino-a-1-anno": 1, "1-3-anni": 12, "3-5-anni": 36, "oltre-5-anni": 60}
"""The least that is asked for."""

CREDENTIALS = {
    "3": "professional certificate", "4": "high school", "5": "associate degree", "6": "bachelor degree",
    "7": "postgraduate degree", "8": "postgraduate degree",
}  # fmt: skip
"""EQF levels above compulsory schooling, as Google's list for educationRequirements calls them."""

SECTIONS = {
    "tasks": "Cosa farai",
    "requirements": "Cosa serve",
    "offer": "Cosa offriamo",
    "how_to_apply": "Come candidarti",
}


def job_posting(
    document: Mapping[str, Any], identifier: str, address: str, source: str, desk: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The JSON-LD of an open vacancy.

    `identifier`: origin and id; `address`: the page of its origin; `source`: who published it; `desk`: its document.
    """
    posting = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": document["title"],
        "description": description(document),
        "identifier": {"@type": "PropertyValue", "name": source, "value": identifier},
        "url": address,
        "datePosted": document["published_on"],
        "validThrough": valid_through(document["closes_on"]),
        "employmentType": employment_types(document),
        "hiringOrganization": hiring_organization(document, desk, source),
        "jobLocation": [location(place) for place in document["places"]],
        "baseSalary": base_salary(document.get("pay")),
        "experienceRequirements": experience(document.get("experience")),
        "educationRequirements": education(document.get("education")),
        "qualifications": labels(LICENCES, document.get("licences")),
        "skills": labels(LANGUAGES, [each["code"] for each in document.get("languages", ())]),
        "industry": SECTORS.label(document["sector"]) if document.get("sector") in SECTORS else None,
        "occupationalCategory": category(document.get("occupation")),
        "totalJobOpenings": document.get("positions"),
        "jobStartDate": document.get("starts_on"),
        "applicationContact": contact(desk),
        "directApply": False,
    }
    if document.get("remote") == "remoto":
        posting["jobLocationType"] = "TELECOMMUTE"
        posting["applicantLocationRequirements"] = {"@type": "Country", "name": "IT"}
    return {name: told for name, told in posting.items() if told not in (None, "", [])}


def description(document: Mapping[str, Any]) -> str:
    """All that the notice says, as the HTML that this member wants; what people wrote is escaped."""
    told = paragraphs(document.get("description"))
    for name, title in SECTIONS.items():
        if document.get(name):
            told += f"<h3>{title}</h3>{paragraphs(document[name])}"
    return told


def paragraphs(text: str | None) -> str:
    lines = (text or "").split("\n")
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())


def valid_through(closes_on: str) -> str:
    """The end of the closing day in Italy, with its offset: 2026-11-02T23:59:59+01:00."""
    day = min(date.fromisoformat(closes_on), LAST_DAY)
    return datetime.combine(day, time(23, 59, 59), tzinfo=ROME).isoformat()


def employment_types(document: Mapping[str, Any]) -> list[str]:
    codes = (document.get("hours"), document["contract"])
    return [EMPLOYMENT[code] for code in codes if code in EMPLOYMENT] or ["OTHER"]


def hiring_organization(document: Mapping[str, Any], desk: Mapping[str, Any] | None, source: str) -> dict[str, Any]:
    """The employer; the desk that stands for one who stays unnamed."""
    if document.get("employer"):
        return {"@type": "Organization", "name": document["employer"]["name"]}
    told = {"@type": "GovernmentOrganization", "name": desk["name"] if desk else source}
    return told | ({"sameAs": desk["website"]} if desk and desk.get("website") else {})


def location(place: Mapping[str, Any]) -> dict[str, Any]:
    comune = comuni.comune(place.get("istat", ""))
    address = {"@type": "PostalAddress", "addressCountry": place.get("country", "IT")}
    address["addressLocality"] = comune.name if comune else place.get("name") or place["locality"]
    if comune:
        address |= {"addressRegion": comune.region, "postalCode": "" if " " in comune.cap else comune.cap}
    told: dict[str, Any] = {"@type": "Place", "address": {name: each for name, each in address.items() if each}}
    if point := places.point(places.code_of(place)):
        told["geo"] = {"@type": "GeoCoordinates", "latitude": point[0], "longitude": point[1]}
    return told


def base_salary(pay: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """None for a period of which this version does not know how long it is."""
    if not pay or pay["period"] not in PAY_UNITS:
        return None
    ends = {"minValue": pay.get("min"), "maxValue": pay.get("max")}
    told = {name: float(end) for name, end in ends.items() if end is not None}
    if len(set(ends.values())) == 1:
        told = {"value": told["minValue"]}
    value = {"@type": "QuantitativeValue", **told, "unitText": PAY_UNITS[pay["period"]]}
    return {"@type": "MonetaryAmount", "currency": pay["currency"], "value": value}


def experience(code: str | None) -> dict[str, Any] | str | None:
    if code == "nessuna":
        return "no requirements"
    if code not in EXPERIENCE_MONTHS:
        return None
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": EXPERIENCE_MONTHS[code]}


def education(level: str | None) -> dict[str, str] | None:
    if level not in CREDENTIALS:
        return None
    return {"@type": "EducationalOccupationalCredential", "credentialCategory": CREDENTIALS[level]}


def category(occupation: str | None) -> dict[str, str] | None:
    if occupation not in OCCUPATIONS:
        return None
    return {
        "@type": "CategoryCode", "inCodeSet": "ISCO-08", "codeValue": occupation, "name": OCCUPATIONS.label(occupation)
    }  # fmt: skip


def labels(codes: Any, wanted: list[str] | None) -> list[str]:
    return [codes.label(code) for code in wanted or () if code in codes]


def contact(desk: Mapping[str, Any] | None) -> dict[str, str] | None:
    if desk is None:
        return None
    told = {"@type": "ContactPoint", "name": desk["name"], "telephone": desk["phone"], "email": desk.get("email")}
    return {name: each for name, each in told.items() if each}
