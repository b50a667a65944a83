"""Two partners, and what passes between them."""

from __future__ import annotations

import pytest

from assessments.actions import accepting, offering
from assessments.actions.answers import Said, answer_clause
from assessments.models import Answer, Offer, OfferedAnswer
from assessments.models.offer import with_partners
from assessments.sharing import of_answer
from tests.assessments.conftest import make_draft
from tests.conftest import acting
from tests.partners import befriend


@pytest.fixture
def host(stranger):
    """The lead of a regional adoption agency."""
    return stranger


@pytest.fixture
def theirs(host, edition):
    """The host's own assessment, with something written to two clauses."""
    draft = make_draft(edition, host, "The host's year")
    for code in ("1.1", "1.2"):
        write(draft, code, f"How the host does {code}", host)
    return draft


@pytest.fixture
def friends(host, lead):
    befriend(host, lead, acting)


def write(assessment, code, how, by, level=3):
    with acting(by) as member:
        answer = assessment.answers.with_rules().get(clause__code=code)
        said = Said(level=level, how=how, difference="What it changes")
        answer_clause(answer, version=answer.version, said=said, by=member)


def publish(assessment, host, *others, codes=("1.1",), **more):
    with acting(host) as by:
        rows = assessment.answers.filter(clause__code__in=codes)
        ids = list(rows.values_list("pk", flat=True))
        to = [other.agency_id for other in others]
        return offering.publish(assessment, answers=ids, partners=to, by=by, **more)


def shared(assessment, member, code="1.1"):
    with acting(member):
        rows = with_partners(Answer.objects.for_page())
        return of_answer(rows.get(assessment=assessment, clause__code=code))


def seen_by(member):
    """Versions and texts that this person's agency is let see of others."""
    with acting(member) as by:
        offers = Offer.objects.exclude(agency=by.agency)
        texts = OfferedAnswer.objects.exclude(agency=by.agency)
        return (
            sorted(offers.values_list("number", flat=True)),
            sorted(texts.values_list("how", flat=True)),
        )


def accept(draft, member, offered, code="1.1"):
    with acting(member) as by:
        answer = draft.answers.get(clause__code=code)
        found = OfferedAnswer.objects.get(pk=offered.id)
        return accepting.accept(answer, offered=found, by=by)
