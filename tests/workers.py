"""How the tests are shared among workers: a file is one piece of work, the nine real nodes are one altogether.

What takes longest is handed out first, the network's tests before all: the other worker reads the small files meanwhile,
and none is left alone with a long one at the end.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

NETWORK = "tests/network/"
QUESTIONS = "tests/node/citizens/test_twenty_thousand_questions.py"
SIMULATION = "tests/simulation/"
"""The places of which each test is a piece of its own."""

LONGEST = (
    NETWORK,
    SIMULATION,
    QUESTIONS,
    "tests/deploy/test_bench.py",
    "tests/node/citizens/test_api_contract.py",
    "tests/node/citizens/test_story_browser.py",
    "tests/node/citizens/test_suggestions_browser.py",
    "tests/node/citizens/test_vacancy_browser.py",
    "tests/deploy/test_judged.py",
    "tests/federation/search/test_search_crash.py",
)


class ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        if nodeid.startswith((QUESTIONS, SIMULATION)):
            return nodeid
        return NETWORK if nodeid.startswith(NETWORK) else nodeid.split("::", 1)[0]


def place(nodeid):
    """How early a test is handed out."""
    return next((number for number, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: place(item.nodeid))
