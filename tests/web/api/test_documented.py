"""The examples of docs/api.md are sent in their order; answers have their shapes."""

import json
import re

import pytest

from tests.house.tree import ROOT
from tests.web.acting import ANA
from tests.web.api.asking import JSON, problem

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"```http\n(\w+) (\S+)\n(.*?)```\n\n```json\n(\d+)\n(.*?)```", re.DOTALL
)


@pytest.fixture(scope="module")
def made_place(tmp_path_factory):
    """A place of its own: the numbers of its members are those of the page."""
    from django.db import connections

    from tests.web.conftest import make_place
    from urdimbre.web import opened

    yield make_place(tmp_path_factory.mktemp("documented") / "circuit")
    opened.close()
    connections.close_all()


def test_the_examples_are_what_happens(program):
    client, seen = program(ANA), {}
    examples = EXAMPLE.findall(PAGE)

    for method, path, body, status, answer in examples:
        options = {"data": body, "content_type": JSON} if body.strip() else {}
        got = getattr(client, method.lower())(path.format_map(seen), **options)
        told = json.loads(answer)

        assert got.status_code == int(status), (path, got.content)
        assert shape(got.json(), told) == shape(told, told), path
        if "sentences" in told or "code" in told:
            assert words(got.json()) == words(told)
        seen |= {one: got.json()[one] for one in ("id",) if one in got.json()}

    assert len(examples) >= 12
    assert PAGE.count("```http") == len(examples)


def shape(value, like):
    """The fields and kinds of a value; of a list, as far as the example has it."""
    if isinstance(value, dict):
        fields = like if isinstance(like, dict) else {}
        return {name: shape(one, fields.get(name)) for name, one in value.items()}
    if isinstance(value, list):
        kind = like[0] if isinstance(like, list) and like else None
        return [shape(one, kind) for one in value[: len(like or [])]]
    return type(value).__name__


def words(told):
    """What is read by people, with plain blanks."""
    kept = ("title", "sentences", "signed", "missing", "code", "message", "hint")
    text = json.dumps({name: told.get(name) for name in kept}, ensure_ascii=False)
    return text.replace("\xa0", " ")


def test_every_problem_and_every_address_is_told(place):
    from django.test import Client

    from urdimbre.web.api.problems import PROBLEMS

    codes = set(re.findall(r"`([a-z_0-9]+)`", PAGE))
    assert {one.code for one in PROBLEMS} - codes == set()
    paths = Client().get("/api/openapi.json").json()["paths"]
    told = PAGE.replace("`barter`, `gift`, `lend`, `settle`", "")
    modes = ("barter", "gift", "lend", "settle", "withdraw")
    missing = [
        path
        for path in paths
        if path not in told and not path.endswith(tuple(f"/{one}" for one in modes))
    ]
    assert missing == []


def test_a_fault_of_ours_has_the_same_shape(program, monkeypatch, caplog):
    from urdimbre.web.api import circuit

    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(circuit, "_in_hands", broken)

    answer = program(ANA).get("/api/board")

    assert problem(answer, 500) == "fault"
    assert "A fault in the API" in caplog.text
