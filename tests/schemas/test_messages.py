import ast
import copy
import pickle
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract

from schemas.messages import Message

SCHEMAS = Path(__file__).parents[2] / "schemas"


def test_a_message_reads_as_its_finished_sentence_and_remembers_its_template():
    message = Message("Al massimo {max} caratteri.", max=120)
    assert message == "Al massimo 120 caratteri."
    assert message.msgid == "Al massimo {max} caratteri."
    assert message.params == {"max": 120}


def test_what_was_typed_cannot_reach_into_the_template():
    assert Message("«{typed}» non va bene.", typed="{max} {0.__class__}") == "«{max} {0.__class__}» non va bene."


def test_a_message_survives_copying_and_pickling():
    message = Message("Riga {row}.", row=3)
    for twin in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):  # noqa: S301 - our own bytes
        assert (twin, twin.msgid, twin.params) == (message, message.msgid, message.params)


def message_calls(path):
    tree = ast.parse(path.read_text("utf-8"))
    return [call for call in ast.walk(tree) if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Message"]


def test_the_catalogue_extractor_finds_the_template_of_every_message():
    for path in sorted(SCHEMAS.rglob("*.py")):
        calls = message_calls(path)
        assert all(isinstance(call.args[0], ast.Constant) for call in calls), path
        source = BytesIO(path.read_bytes())
        extracted = {
            found
            for _, found, _, _ in extract("python", source, keywords={"Message": None}, options={"encoding": "utf-8"})
        }
        assert {call.args[0].value for call in calls} == extracted, path


def test_no_message_is_an_english_sentence_of_the_library(refusals, vacancy_form):
    told = refusals(
        vacancy_form, {"title": 3, "positions": [], "places": {}, "languages": ["x"], "employer_hidden": {}}
    )
    sentences = [sentence for messages in told.values() for sentence in flat(messages)]
    assert len(sentences) >= 9
    assert all(isinstance(sentence, Message) for sentence in sentences)


def flat(messages):
    if isinstance(messages, dict):
        return [sentence for below in messages.values() for sentence in flat(below)]
    return messages
