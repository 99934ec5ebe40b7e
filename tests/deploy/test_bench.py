"""The benchmarks themselves: their arithmetic, their table, what they ask, and that they leave nothing behind."""

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from deploy.bench import counter, erasing, federation, large_node, memory, results, scale
from deploy.bench.__main__ import main
from deploy.bench.measuring import BenchFault, Figure, p50, p95
from deploy.bench.plain_search import PlainSearch
from deploy.bench.programs import Client, Program, bare_process, free_port
from deploy.bench.questions import API_NAMES, QUESTIONS
from deploy.bench.reading.vacancies import vacancies
from deploy.bench.table import quantity, table
from deploy.bench.workshop import Sizes, Workshop
from deploy.demo.sample import FOLDER
from federation.replica import Copy
from node.app import create_app
from node.citizens import asked
from node.core import db
from node.core.config import load
from schemas.kinds import problem_with

CHECKOUT = Path(__file__).parent.parent.parent
SMALL = Sizes(vacancies=30, size=1_000, runs=1, rounds=1, settle_s=0.1, records=40, polls=5, persons=60)


def samples():
    return {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A workshop that measures little, and its node."""
    return Workshop(tmp_path_factory.mktemp("bench"), SMALL, print)


def test_a_percentile_is_one_of_the_values_and_few_are_above_it():
    assert p95([float(each) for each in range(1, 101)]) == 95
    assert p50([3.0, 1.0, 2.0]) == 2
    assert p95([7.0]) == 7
    with pytest.raises(BenchFault):
        p95([])


def test_the_median_run_decides_whether_the_aim_is_reached():
    assert Figure("page", "ms", (90.0, 39.0, 38.0), 40.0).is_reached is True
    assert Figure("page", "ms", (90.0, 41.0, 38.0), 40.0).is_reached is False
    assert Figure("page", "ms", (90.0, 41.0, 38.0)).is_reached is None
    assert Figure("nDCG@10", "", (0.86,), 0.85, at_least=True).is_reached is True
    assert Figure("nDCG@10", "", (0.84,), 0.85, at_least=True).is_reached is False


def test_a_figure_stands_beside_its_reference():
    assert Figure("page", "ms", (30.0,), None, 1.5).ratio == 20
    assert Figure("page", "ms", (30.0,)).ratio is None


def test_the_table_says_what_missed_its_aim():
    head, rule, reached, missed = table(
        [Figure("start", "s", (1.5,), 3.0, 0.5, "bare"), Figure("memory", "MB", (151.0,), 150.0)]
    )
    assert head.split() == ["what", "measured", "aim", "reference", "ratio", "beside"]
    assert set(rule) == {"─"}
    assert reached.split() == ["start", "1.50", "s", "≤", "3", "s", "reached", "0.50", "s", "3", "×", "bare"]
    assert missed.split()[-1] == "MISSED"


def test_something_small_is_not_shown_as_nothing():
    assert quantity(0.0004, "s") == "0.0004 s"
    assert quantity(0.0, "s") == "0.00 s"


def test_the_large_node_is_the_same_each_time_and_has_no_title_twice():
    first, again = (list(large_node.varied(samples(), 500)) for _time in range(2))
    assert first == again
    assert len({told["title"] for told in first}) == 500
    assert {node for told in first if told["employer"] for node in told["employer"][:1]} == set(samples())


def test_page_and_api_understand_every_question(workshop):
    assert len(QUESTIONS) >= 30
    with create_app(load(workshop.large_node, {}), ("public",)).app_context():
        for question in QUESTIONS:
            asked.from_form(MultiDict(question))
            asked.from_query(MultiDict({API_NAMES.get(name, name): value for name, value in question.items()}))


@pytest.mark.soak
def test_an_erasure_reaches_everybody_in_time(workshop):
    rounds, hidden, deleted = erasing.measure(workshop)
    assert rounds.measured == 1
    assert 90 < hidden.measured <= deleted.measured
    assert [figure.is_reached for figure in (rounds, hidden, deleted)] == [True, True, True]


def test_a_bare_program_answers_and_is_ended(tmp_path):
    with bare_process(tmp_path) as program, Client(program.port) as client:
        client.ask("POST", "/note", b"buongiorno")
        assert client.get("/note") == b"buongiorno"
        with pytest.raises(BenchFault, match="404"):
            client.get("/nowhere")
    assert program.process.returncode is not None


def test_a_program_that_does_not_start_is_told_with_its_last_words(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no keys')"]
    with pytest.raises(BenchFault, match="no keys"):
        Program(command, free_port(), tmp_path / "log")


def test_an_unknown_benchmark_is_refused_with_those_that_there_are(capsys):
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there are start, memory, results, sync, visibility" in capsys.readouterr().err


def test_a_small_node_is_measured_from_start_to_end(workshop):
    figures = [*memory.measure(workshop), *results.measure(workshop)]
    assert all(figure.measured > 0 and figure.reference > 0 for figure in figures)
    by_name = {figure.what: figure for figure in figures}
    assert by_name["resident memory (RSS) after the start"].ratio > 1
    assert by_name["results page, 1 client: p95"].aim == 40
    told = json.loads(json.dumps([figure.as_json() for figure in figures]))
    members = {"what", "unit", "runs", "measured", "aim", "at_least", "reference", "beside", "ratio", "is_reached"}
    assert members == set(told[0])


def test_a_network_is_held_indexed_and_changed_while_it_is_searched(workshop):
    network = workshop.large_network
    figures = [scale.index_size(network), scale.understanding(network), *scale.changes(workshop, network)]
    assert all(figure.measured > 0 for figure in figures)
    with db.opened(network.replica()) as database, database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Copy)) == SMALL.size


@pytest.mark.soak
def test_a_network_is_read_and_its_silence_counted(workshop):
    figures = federation.compared(workshop, None)
    assert all(figure.measured > 0 for figure in figures)
    assert not any("PouchDB" in figure.beside and figure.reference for figure in figures)
    by_name = {figure.what: figure for figure in figures}
    assert 200 < by_name["40 changes, each signature verified: a record on the wire"].measured < 2_000
    assert by_name["1,502 nodes, each read directly: polls of a node"].measured == 1_501 * 24 * 12
    assert by_name["1,502 nodes, two relays and the capofila: polls of a node"].measured == 3 * 24 * 12


def test_the_pages_of_a_desk_are_measured_and_find_whom_they_look_for(workshop):
    figures = counter.measure(workshop)
    assert len(figures) == 10
    assert all(figure.measured > 0 for figure in figures)


def test_the_vacancies_that_are_read_are_as_long_as_real_ones_and_unlike_each_other():
    documents = [document for _name, document in vacancies(50, date(2026, 11, 20))]
    sizes = [len(json.dumps(document, ensure_ascii=False).encode()) for document in documents]
    assert 1_400 < sum(sizes) / len(sizes) < 2_000
    assert len({document["tasks"] for document in documents}) == 50
    assert all(problem_with("vacancy", document) is None for document in documents)


def test_the_plain_reference_searches_the_same_vacancies(workshop):
    with PlainSearch(workshop.large_node / "replica.sqlite") as plain:
        total, page = plain.search({})
        assert (total, len(page)) == (SMALL.vacancies, 20)
        word = page[0][0].split()[0]
        assert 0 < plain.search({"q": word})[0] < total
        assert plain.search({"q": "astronauta"})[0] == 0
        assert plain.search({"comune": "Varese", "km": "50"})[0] > plain.search({"comune": "Gavirate"})[0]


def test_ctrl_c_ends_what_was_started_and_leaves_no_folder(tmp_path):
    command = [sys.executable, "-m", "deploy.bench", "start", "--vacancies", "5", "--runs", "1000"]
    bench = subprocess.Popen(
        command, cwd=CHECKOUT, env=os.environ | {"TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE, text=True
    )
    try:
        for line in bench.stderr:
            if "signing and indexing" in line:
                break
        while not (started := psutil.Process(bench.pid).children(recursive=True)):
            assert bench.poll() is None
        bench.send_signal(signal.SIGINT)
        told = bench.communicate(timeout=60)[1]
    finally:
        bench.kill()
    assert bench.returncode == 130, told
    assert "stopped" in told
    assert list(tmp_path.iterdir()) == []
    assert not any(each.is_running() for each in started)
