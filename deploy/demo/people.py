"""Somebody at the desk of a demo node, without a browser: the same pages, forms and cookies over HTTP."""

import re
from datetime import timedelta

import requests

from deploy.demo.nodes import PASSWORD, DemoNode
from deploy.demo.processes import DemoFault
from schemas.days import rome_today

ANSWER_S = 30.0
DONE = 303
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
OPEN_FOR = timedelta(days=20)


class Operator:
    """Signed in at `node`; she keeps her cookies while the node is killed and started again.

    Every method raises DemoFault when the node does not take a form, and what `requests` raises when it is away.
    """

    def __init__(self, node: DemoNode, username: str = "operatore"):
        self.node = node
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.send("/desk/accesso", self.form("/desk/accesso") | {"username": username, "password": PASSWORD})

    def __enter__(self) -> "Operator":
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()

    def page(self, path: str) -> str:
        answer = self.browser.get(self.node.url + path, timeout=ANSWER_S)
        answer.raise_for_status()
        return answer.text

    def form(self, path: str) -> dict[str, str]:
        """The fields of a page's form that nobody types."""
        return dict(HIDDEN_FIELD.findall(self.page(path)))

    def send(self, path: str, typed: dict[str, str]) -> str:
        """Where the answer leads to."""
        answer = self.browser.post(self.node.url + path, data=typed, timeout=ANSWER_S, allow_redirects=False)
        if answer.status_code != DONE:
            raise DemoFault(f"{self.node.id} answered {answer.status_code} to the form of {path}")
        return answer.headers["Location"]

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
        """Send the form of a vacancy; the ref of what was published. Sent twice, it is one vacancy."""
        return self.send("/desk/offerte", typed).rsplit("/", 1)[-1]
