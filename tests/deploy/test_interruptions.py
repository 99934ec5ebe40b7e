import signal
import subprocess
import sys

import pytest

from deploy.demo.interruptions import postponed


@pytest.fixture(autouse=True)
def listening():
    """Ctrl-C raises, also where these tests were started in the background, which lets it be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interruption_waits_for_the_end_of_the_block():
    done = []

    def interrupted():
        with postponed():
            signal.raise_signal(signal.SIGINT)
            done.append("to the end")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["to the end"]


def test_what_listened_before_listens_again():
    before = signal.getsignal(signal.SIGTERM)
    with postponed():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_process_started_meanwhile_hears_interruptions():
    with postponed():
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    process.terminate()
    assert process.wait(30) == -signal.SIGTERM
