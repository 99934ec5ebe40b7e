"""The nine comuni as one network: what the demo promises, counted from outside."""

import json
import re
import subprocess
import sys
import time

import requests

from deploy.demo import watching
from deploy.demo.people import Operator
from deploy.demo.sample import FOLDER


def eventually(is_so, patience_s=90.0):
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.2)
    return is_so()


def found(node, text):
    """What a citizen's search at a node finds."""
    answer = requests.get(f"{node.url}/api/v1/vacancies", params={"q": text, "page_size": "100"}, timeout=60)
    answer.raise_for_status()
    return answer.json()["items"]


def open_in_sample(node):
    told = json.loads((FOLDER / f"{node.id}.json").read_text("utf-8"))["vacancies"]
    return sum(each.get("state", "open") == "open" for each in told)


def test_the_demo_says_when_every_node_holds_every_record(demo):
    assert re.search(r"Ogni nodo ha tutti i dati: \d+ record per nodo, \d+\.\d secondi", demo.said)
    sights = [watching.look(demo.root, node, True) for node in demo.nodes]
    assert watching.is_synced(sights)


def test_nine_processes_have_nine_folders_and_share_no_file(demo):
    folders = [
        {path.stat().st_ino for path in node.folder(demo.root).rglob("*") if path.is_file()} for node in demo.nodes
    ]
    assert all(folders)
    assert len(set.union(*folders)) == sum(map(len, folders))


def test_every_node_finds_the_vacancies_of_all_nine(demo, running):
    expected = sum(open_in_sample(node) for node in demo.nodes)
    for node in demo.nodes:
        answer = requests.get(f"{node.url}/api/v1/vacancies?page_size=1", timeout=60).json()
        assert answer["total"] == expected, node.id
        assert len(answer["facets"]["origin"]) == len(demo.nodes), node.id


def test_a_vacancy_published_in_gavirate_is_found_in_ispra(demo, running):
    gavirate, ispra = demo.nodes[1], demo.nodes[3]
    operator = Operator(gavirate)
    ref = operator.publish(operator.vacancy("Accordatrice di zampogne"))
    assert eventually(lambda: [item["id"] for item in found(ispra, "zampogne")] == [ref])
    operator.send(f"/desk/offerte/{ref}/chiudi", operator.form(f"/desk/offerte/{ref}") | {"outcome": "sportello"})
    assert eventually(lambda: found(ispra, "zampogne") == [])
    assert eventually(lambda: requests.get(f"{ispra.url}/lavoro/gavirate/{ref}", timeout=60).status_code == 410)


def test_records_travel_only_over_http_a_stopped_node_gets_none(demo, running):
    gavirate, varese, vergiate = demo.nodes[1], demo.nodes[6], demo.nodes[7]
    running.kill(vergiate)
    held = watching.look(demo.root, vergiate, False).counts
    operator = Operator(gavirate)
    ref = operator.publish(operator.vacancy("Restauratore di giostre"))
    assert eventually(lambda: [item["id"] for item in found(varese, "giostre")] == [ref])
    assert watching.look(demo.root, vergiate, False).counts == held
    running.start(vergiate)
    running.wait_for(vergiate)
    assert eventually(lambda: [item["id"] for item in found(vergiate, "giostre")] == [ref])


def play(demo, what, node):
    words = ["demo", what, node.id, "--data", str(demo.root)]
    subprocess.run([sys.executable, "-m", "node", *words], check=True, capture_output=True)


def test_a_node_that_is_cut_off_works_on_and_what_it_did_arrives_when_it_is_back(demo, running):
    gavirate, ispra = demo.nodes[1], demo.nodes[3]
    play(demo, "cut", gavirate)
    inside, outside = Operator(gavirate), Operator(ispra)
    theirs = inside.publish(inside.vacancy("Soffiatrice di vetro"))
    ours = outside.publish(outside.vacancy("Intagliatore di zufoli"))
    assert eventually(lambda: [item["id"] for item in found(gavirate, "soffiatrice")] == [theirs])
    assert eventually(lambda: [item["id"] for item in found(demo.nodes[6], "zufoli")] == [ours])
    time.sleep(3)
    assert found(ispra, "soffiatrice") == []
    assert found(gavirate, "zufoli") == []
    assert len(found(ispra, "cameriera")) == len(found(gavirate, "cameriera")) > 0, (
        "each still searches all that it has"
    )
    play(demo, "heal", gavirate)
    assert eventually(lambda: [item["id"] for item in found(ispra, "soffiatrice")] == [theirs])
    assert eventually(lambda: [item["id"] for item in found(gavirate, "zufoli")] == [ours])


def test_every_page_says_that_the_data_are_for_a_demonstration(demo, running):
    node = demo.nodes[2]
    for path in ("/", "/lavoro", "/sportelli", "/come-funziona", "/desk/accesso"):
        assert "Dati dimostrativi" in requests.get(node.url + path, timeout=60).text, path


def test_a_coordinator_sees_the_figures_of_all_nine(demo, running):
    coordinator = Operator(demo.nodes[8], "coordinatore")

    def is_complete():
        page = coordinator.page("/coordinamento/")
        return "niente in questo periodo" not in page and all(
            name in page for node in demo.nodes for name in node.comuni
        )

    assert eventually(is_complete)
    assert "<strong>" not in coordinator.page("/coordinamento/").split('id="fonti"')[1].split("</section>")[0]
