"""People at their browsers, without a browser: the same pages, forms and cookies over plain HTTP."""

import re
from datetime import timedelta

import requests

from deploy.demo.nodes import PASSWORD, DemoNode
from schemas.days import rome_today

ANSWER_S = 15
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


class Operator:
    """Somebody at the desk of a node; keeps her cookies while the node is killed and started again."""

    def __init__(self, node: DemoNode, username: str = "operatore"):
        self.node = node
        self.browser = requests.Session()
        self.browser.trust_env = False
        page = self.get("/desk/accesso")
        typed = hidden(page) | {"username": username, "password": PASSWORD}
        answer = self.post("/desk/accesso", typed)
        assert answer.status_code == 303, f"{username} was not let in at {node.id}: {answer.status_code}"

    def get(self, path: str) -> str:
        answer = self.browser.get(self.node.url + path, timeout=ANSWER_S)
        answer.raise_for_status()
        return answer.text

    def post(self, path: str, typed: dict[str, str]) -> requests.Response:
        return self.browser.post(self.node.url + path, data=typed, timeout=ANSWER_S, allow_redirects=False)

    def vacancy_form(self, title: str) -> dict[str, str]:
        """A new vacancy filled in and not yet sent; sending it twice is one vacancy."""
        return hidden(self.get("/desk/offerte/nuova")) | {
            "title": title,
            "places": self.node.comuni[0],
            "contract": "determinato",
            "closes_on": (rome_today() + timedelta(days=20)).isoformat(),
            "how_to_apply": "Passa allo sportello.",
            "wish": "publish",
        }

    def send(self, typed: dict[str, str]) -> str | None:
        """Send a form of a vacancy; its ref when the node has said that it is published."""
        answer = self.post("/desk/offerte", typed)
        return answer.headers["Location"].rsplit("/", 1)[-1] if answer.status_code == 303 else None


def hidden(page: str) -> dict[str, str]:
    """The fields of a page's forms that nobody types."""
    return dict(HIDDEN_FIELD.findall(page))


def found(node: DemoNode, text: str) -> list[dict]:
    """What a citizen's search at a node finds."""
    answer = requests.get(f"{node.url}/api/v1/vacancies", params={"q": text, "page_size": "100"}, timeout=ANSWER_S)
    answer.raise_for_status()
    return answer.json()["items"]
