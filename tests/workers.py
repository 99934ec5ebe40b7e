"""How the tests are shared among workers: a file is one piece of work, the nine real nodes are one altogether.

The network's tests come first, because they take longest: the other worker reads the small files meanwhile.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

NETWORK = "tests/network/"


class ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return NETWORK if nodeid.startswith(NETWORK) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(NETWORK))
