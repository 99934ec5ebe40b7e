"""Somebody at a node's desk, without a browser: the same pages, forms and cookies over HTTP."""

import re
from datetime import timedelta

import requests

from deploy.bench.measuring import BenchFault
from deploy.bench.programs import ANSWER_S
from deploy.demo.nodes import PASSWORD, PEOPLE, DemoNode
from schemas.days import rome_today

DONE = 303
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
OPERATOR = next(iter(PEOPLE))
OPEN_FOR = timedelta(days=20)


class Operator:
    """Logged in at `node`. Raises BenchFault when she is not let in."""

    def __init__(self, node: DemoNode):
        self.node = node
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.send("/desk/accesso", self.form("/desk/accesso") | {"username": OPERATOR, "password": PASSWORD})

    def __enter__(self) -> "Operator":
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()

    def vacancy(self, title: str) -> dict[str, str]:
        """A new vacancy, filled in and not yet sent."""
        return self.form("/desk/offerte/nuova") | {
            "title": title,
            "places": self.node.comuni[0],
            "contract": "determinato",
            "closes_on": (rome_today() + OPEN_FOR).isoformat(),
            "how_to_apply": "Passa allo sportello.",
            "wish": "publish",
        }

    def publish(self, typed: dict[str, str]) -> str:
        """Send the form; the ref of the published vacancy."""
        return self.send("/desk/offerte", typed).rsplit("/", 1)[-1]

    def form(self, path: str) -> dict[str, str]:
        """The fields of a page's form that nobody types."""
        answer = self.browser.get(self.node.url + path, timeout=ANSWER_S)
        answer.raise_for_status()
        return dict(HIDDEN_FIELD.findall(answer.text))

    def send(self, path: str, typed: dict[str, str]) -> str:
        """Where the answer leads to. Raises BenchFault when the form comes back."""
        answer = self.browser.post(self.node.url + path, data=typed, timeout=ANSWER_S, allow_redirects=False)
        if answer.status_code != DONE:
            raise BenchFault(f"{self.node.id} answered {answer.status_code} to the form of {path}")
        return answer.headers["Location"]
