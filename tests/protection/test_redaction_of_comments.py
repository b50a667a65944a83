"""Personal data in what is said about a clause."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments.redacted import is_mark
from protection.models import Part
from tests.assessments.conftest import answer_of
from tests.assessments.test_commenting import begin, stored
from tests.protection.conftest import NAME, ask
from tests.protection.removing import confirm, tables_with

pytestmark = pytest.mark.django_db


def test_what_is_said_about_the_clause_is_destroyed_and_nothing_else(
    complete, lead, dpo, client_for
):
    named = begin(complete, lead, f"Ask {NAME}")
    other = begin(complete, lead, f"Also {NAME}", code="1.2")
    answer = answer_of(complete)
    asking = reverse("protection:request_answer", args=[answer.pk])
    page = client_for(lead).get(reverse("assessments:thread", args=[named.thread_id])).text
    assert asking in page
    assert Part.COMMENTS.label in client_for(lead).get(asking).text
    request = ask(answer, lead, Part.COMMENTS)
    found = client_for(dpo).get(reverse("protection:detail", args=[request.pk])).text
    assert "1 comment" in found
    confirm(request, dpo)
    assert is_mark(stored(named).text)
    assert stored(other).text == f"Also {NAME}"
    assert tables_with(NAME) == ["assessments_comment"]


def test_without_a_comment_there_is_nothing_to_remove(spoken, lead):
    with pytest.raises(ValidationError, match="There is nothing of this to remove"):
        ask(spoken, lead, Part.COMMENTS)
