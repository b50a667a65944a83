"""Two mails to one person at the same moment: what one takes, the other leaves."""

import threading
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection, connections

from agencies.tenancy import acting_for
from assessments.actions.noticing import claim
from jobs.actions import enqueue
from jobs.sessions import snapshot
from tests.assessments.test_commenting import begin
from tests.conftest import acting

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def reading(member):
    """As the worker reads what goes into a mail."""
    with snapshot(), acting_for(member.agency_id, realm="worker"):
        yield


def make_job(member):
    with acting(member) as by:
        options = {"agency_id": by.agency_id, "subject_id": by.pk, "by": by}
        return enqueue("notice_mail", content_key=f"notice_mail:{uuid4()}", **options)


def test_two_mails_at_once_neither_wait_for_nor_break_each_other(draft, lead, contributor):
    begin(draft, lead, "Look", told=[contributor])
    first, second = make_job(contributor), make_job(contributor)
    has_taken, may_end, taken = threading.Event(), threading.Event(), []

    def take():
        try:
            with reading(contributor):
                taken.extend(claim(first.pk, contributor.pk))
                has_taken.set()
                may_end.wait(20)
        finally:
            connections.close_all()

    other = threading.Thread(target=take)
    other.start()
    assert has_taken.wait(20)
    try:
        with reading(contributor):
            connection.cursor().execute("SET LOCAL lock_timeout = '1s'")
            assert claim(second.pk, contributor.pk) == []
    finally:
        may_end.set()
        other.join()
    assert [notice.member_id for notice in taken] == [contributor.pk]
