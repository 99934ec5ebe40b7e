"""Suggestions while typing, in a real browser, with what the node really has; the field stays a field without them."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Error, expect

from tests.federation.nodes import serving

ANSWERS = "**/api/v1/suggestions?*"
PAGES = ("/", "/lavoro")


@pytest.fixture
def site(app, network):
    """The address of a running node with work around magazines, in two comuni."""
    now = datetime.now(UTC)
    dates = {"published_on": now.date(), "closes_on": now.date() + timedelta(days=30)}
    for number, (title, occupation, place, employer) in enumerate(
        [
            ("Magazziniere", "4321", "Magenta", "Magazzini Prova Srl"),
            ("Magazziniera", "4321", "Varese", "Magazzini Prova Srl"),
            ("Cameriere", "5131", "Varese", "Altra Srl"),
        ]
    ):
        told = {"title": title, "occupation": occupation, "places": [place], "employer": {"name": employer}}
        network.publish(f"v-{number}", now=now, **told, **dates)
    network.confirm("gavirate", now)
    network.arrive()
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


def field(page):
    return page.get_by_label("Che lavoro cerchi?")


def listed(page):
    return page.locator("#proposte [role=option]")


def begin(page, address, typed):
    """Type, and wait for the list."""
    page.goto(address)
    field(page).press_sequentially(typed, delay=20)
    expect(listed(page).first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_the_list_opens_under_the_field_by_kind_with_counts(site, window, violations, width, path):
    page = window(width, bypass_csp=True)  # for axe alone
    begin(page, site + path, "mag")
    group = page.get_by_role("group", name="Comuni")
    expect(group.get_by_role("option")).to_have_text(re.compile("Magenta *1"))
    expect(page.get_by_role("group", name="Aziende").get_by_role("option")).to_have_text(re.compile("Prova.*2"))
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#proposte-dette")).to_have_text(re.compile(r"Proposte: \d+\."))
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


def test_arrows_move_through_the_list_and_back_to_the_field(site, window):
    page = window()
    begin(page, site, "mag")
    many = listed(page).count()
    page.keyboard.press("ArrowDown")
    first = listed(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    expect(field(page)).to_be_focused()
    for _ in range(many):
        page.keyboard.press("ArrowDown")
    assert field(page).get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect(listed(page).last).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_value("mag")


def test_escape_closes_the_list_and_leaves_the_words(site, window):
    page = window()
    begin(page, site, "mag")
    page.keyboard.press("Escape")
    expect(page.locator("#proposte")).to_be_hidden()
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("mag")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/lavoro\?q=mag"))


def test_work_that_is_chosen_is_searched(site, window):
    page = window()
    begin(page, site, "magaz")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/lavoro\?q=magazzinier", re.IGNORECASE))
    expect(page.locator("#quante")).to_contain_text("2 offerte")


def test_a_comune_goes_where_comuni_go_and_the_words_before_it_stay(site, window):
    page = window()
    begin(page, f"{site}/lavoro", "magent")
    page.get_by_role("option", name="Magenta").click()
    expect(page.get_by_label("Dove?")).to_have_value("Magenta")
    expect(field(page)).to_have_value("")
    expect(page).to_have_url(re.compile("comune=Magenta"))
    expect(page.locator("#quante")).to_contain_text("1 offerta")


def test_a_group_of_occupations_becomes_a_filter_beside_the_others(site, window):
    page = window()
    begin(page, f"{site}/lavoro?contract=determinato", "magazz")
    page.get_by_role("group", name="Tipi di lavoro").get_by_role("option").first.click()
    expect(page).to_have_url(re.compile(r"contract=determinato&occupation=4321$"))
    expect(page.locator("#quante")).to_contain_text("2 offerte")


def test_an_employer_becomes_a_filter(site, window):
    page = window()
    begin(page, site, "magazzini pr")
    page.get_by_role("group", name="Aziende").get_by_role("option").click()
    expect(page).to_have_url(re.compile("employer=magazzini"))
    expect(page.locator("#quante")).to_contain_text("2 offerte")


def test_a_late_answer_does_not_take_the_place_of_a_newer_one(site, window):
    page = window()
    page.goto(site)
    late = []

    def hold(route):
        late.append(route)

    page.route(re.compile(r"suggestions\?q=ca$"), hold)
    field(page).press_sequentially("ca")
    for _try in range(600):
        if late:
            break
        page.wait_for_timeout(50)
    assert late, "the first question was not asked"
    field(page).fill("mag")
    expect(listed(page).first).to_contain_text(re.compile("mag", re.IGNORECASE))
    with suppress(Error):  # the browser has given this question up already
        late[0].fulfill(json={"items": [{"kind": "title", "text": "Tardi", "value": "Tardi", "count": 1}]})
    page.wait_for_timeout(300)
    expect(page.get_by_role("option", name="Tardi")).to_have_count(0)


@pytest.mark.parametrize("status", [429, 500])
def test_a_node_that_does_not_answer_leaves_the_field_alone(site, window, status):
    page, faults = window(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.route(ANSWERS, lambda route: route.fulfill(status=status, json={"title": "No"}))
    page.goto(site)
    with page.expect_response(ANSWERS):
        field(page).press_sequentially("mag")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#proposte")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=mag"))
    assert faults == []


def test_without_javascript_there_is_a_plain_field(site, window):
    page = window(java_script_enabled=False)
    page.goto(site)
    assert field(page).get_attribute("role") is None
    field(page).fill("magazziniere")
    field(page).press("Enter")
    expect(page.locator("#quante")).to_contain_text("2 offerte")
