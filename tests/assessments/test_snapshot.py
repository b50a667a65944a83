"""The document and its hash."""

import hashlib
import json

import pytest

from assessments import snapshot
from assessments.models import Answer
from tests.conftest import owner

pytestmark = pytest.mark.django_db


def test_canonical_bytes_do_not_depend_on_order():
    one = {"b": ["é", None], "a": {"y": 1, "x": 2}}
    other = {"a": {"x": 2, "y": 1}, "b": ["é", None]}
    assert snapshot.canonical(one) == snapshot.canonical(other)
    assert snapshot.canonical(one) == '{"a":{"x":2,"y":1},"b":["é",null]}'.encode()
    assert snapshot.digest(one) == hashlib.sha256(snapshot.canonical(one)).hexdigest()


def test_document_holds_every_answer_in_the_order_of_the_edition(complete):
    with owner():
        document = snapshot.of_draft(complete)
    codes = [answer["clause"] for answer in document["answers"]]
    assert len(codes) == 70
    assert codes[:2] + codes[-1:] == ["1.1", "1.2", "8.8"]
    assert json.loads(snapshot.canonical(document)) == document


@pytest.mark.parametrize(
    "change", [{"level": 1}, {"how": "x"}, {"difference": "x"}, {"level": None}], ids=str
)
def test_hash_changes_with_every_part_of_an_answer(change, complete):
    with owner(complete.agency):
        before = snapshot.digest(snapshot.of_draft(complete))
        Answer.objects.filter(assessment=complete, clause__code="5.2").update(**change)
        assert snapshot.digest(snapshot.of_draft(complete)) != before


def test_reason_counts_only_where_the_clause_does_not_apply(complete):
    with owner(complete.agency):
        before = snapshot.digest(snapshot.of_draft(complete))
        answers = Answer.objects.filter(assessment=complete, clause__code="5.2")
        answers.update(na_reason="Kept, but not said")
        assert snapshot.digest(snapshot.of_draft(complete)) == before
        answers.update(level=None, is_not_applicable=True)
        assert snapshot.digest(snapshot.of_draft(complete)) != before
