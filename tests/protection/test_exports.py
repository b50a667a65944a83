"""Everything of an agency in one file: nothing missing, nothing of anybody else, gone in time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import time
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from agencies.actions import invitations
from agencies.permissions import Role
from agencies.workflow import NotAllowed
from assessments.models import EvidenceVersion
from jobs import engine
from protection import store
from protection.actions import exports as actions
from protection.actions.exports import request_export
from protection.models import Export
from protection.tables import SECRET, agency_tables
from protection.tidying import tidy
from reports import store as reports
from tests.assessments.conftest import make_draft
from tests.conftest import acting, count_queries, owner
from tests.protection.conftest import NAME, ask, fresh

pytestmark = pytest.mark.django_db


def made(lead):
    with acting(lead) as by:
        export = request_export(by=by)
    engine.run(export.agency_id, export.job_id)
    return fresh(export)


def opened(export):
    return zipfile.ZipFile(store.path_of(export.stored_as))


@pytest.fixture
def full(spoken, piece, lead, stranger, edition):
    """An agency with much in it, and a stranger's."""
    ask(spoken, lead)
    make_draft(edition, stranger, title="The stranger's year")
    with acting(lead) as by:
        invitations.invite(
            by.agency, email="new@agency.example", display_name="New", role=Role.VIEWER, by=by
        )
    return made(lead)


def test_file_that_waits_for_its_virus_check_is_not_handed_out(spoken, piece, lead):
    with owner():
        EvidenceVersion.objects.filter(pk=piece.pk).update(scan_state="received")
    with opened(made(lead)) as archive:
        assert [name for name in archive.namelist() if name.startswith("evidence/")] == []
        assert json.loads(archive.read("manifest.json"))["missing"] == []


def counted(agency):
    """Rows of the agency by table, counted behind the wall."""
    found = {}
    with owner(), connection.cursor() as cursor:
        for table in agency_tables():
            if table.name.startswith("audit."):
                continue
            cursor.execute(f"SELECT count(*) FROM {table.name} WHERE agency_id = %s", [agency.pk])
            found[table.name] = cursor.fetchone()[0]
    return found


def test_what_the_database_makes_of_other_columns_is_left_out():
    columns = {table.name: table.columns for table in agency_tables()}
    assert "how" in columns["assessments_answer"]
    assert "words" not in columns["assessments_answer"]


def test_every_table_of_the_agency_is_there_with_every_row(full, agency):
    expected = counted(agency)
    assert len(expected) > 15
    assert sum(expected.values()) > 80
    with opened(full) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for table, count in expected.items():
            rows = json.loads(archive.read(f"tables/{table}.json"))
            assert len(rows) == count == manifest["tables"][table]["rows"], table
        events = json.loads(archive.read("tables/audit.event.json"))
        assert manifest["tables"].keys() == {*expected, "audit.event"}
        words = archive.read("audit-trail.csv").decode()
    assert len(events) > 5
    assert len(list(csv.reader(io.StringIO(words)))) == len(events) + 1


def test_every_table_that_an_agency_may_read_is_in_its_export(db):
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name FROM information_schema.columns
               WHERE column_name = 'agency_id' AND table_schema = 'public'
                 AND has_table_privilege(
                       'r_agency', format('%I.%I', table_schema, table_name), 'SELECT')"""
        )
        with_agency = {row[0] for row in cursor.fetchall()}
        names = {table.name for table in agency_tables()}
    assert names - {"audit.event"} == with_agency


def test_texts_files_and_hashes_are_whole(full, piece):
    with opened(full) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        answers = json.loads(archive.read("tables/assessments_answer.json"))
        named = f"evidence/{piece.pk}/{NAME}.txt"
        assert archive.read(named).decode() == f"About {NAME}.\n"
        assert archive.testzip() is None
        hashes = {entry["sha256"] for entry in manifest["files"].values()}
        assert hashlib.sha256(archive.read(named)).hexdigest() in hashes
        assert "## assessments.Answer" in archive.read("data-dictionary.md").decode()
    assert [a for a in answers if NAME in a["how"]]
    whole = store.path_of(full.stored_as).read_bytes()
    assert (full.sha256, full.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert manifest["missing"] == []


def test_nothing_of_another_agency_and_no_secret(full, stranger, agency):
    with opened(full) as archive:
        whole = "".join(archive.read(name).decode() for name in archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
        invited = json.loads(archive.read("tables/agencies_invitation.json"))
    for foreign in (stranger.agency_id, stranger.pk, "The stranger's year"):
        assert str(foreign) not in whole
    assert str(agency.pk) in whole
    assert not {column for row in invited for column in row if SECRET.search(column)}
    assert set(manifest["tables"]["agencies_invitation"]["left_out"]) == {"token_hash", "nonce"}


def test_file_that_went_meanwhile_is_named(spoken, piece, lead):
    from assessments import files

    files.path_of(piece.stored_as).unlink()
    with opened(made(lead)) as archive:
        assert json.loads(archive.read("manifest.json"))["missing"] == [
            f"evidence/{piece.pk}/{NAME}.txt"
        ]


def test_asking_while_one_is_made_is_the_same(lead):
    with acting(lead) as by:
        assert request_export(by=by).pk == request_export(by=by).pk


def test_another_agencys_export_is_never_the_answer(lead, stranger):
    """Even where nothing stands between agencies: a command on the server."""
    with acting(stranger) as by:
        theirs = request_export(by=by)
    with owner(lead.agency):
        ours = request_export(by=lead)
    assert ours.pk != theirs.pk
    assert ours.agency_id == lead.agency_id


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.APPROVER, Role.VIEWER, Role.DPO])
def test_only_a_lead_takes_everything_out(role, lead, request):
    export = made(lead)
    with acting(request.getfixturevalue(role)) as by:
        with pytest.raises(PermissionDenied, match="Only a lead"):
            request_export(by=by)
        with pytest.raises(PermissionDenied, match="Only a lead"):
            actions.download(export, by=by)


def test_download_is_authorised_again_and_ends_after_seven_days(lead, contributor, client_for):
    export = made(lead)
    address = f"/data-protection/exports/{export.pk}/file/"
    response = client_for(lead).get(address)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == export.sha256
    assert client_for(contributor).get(address).status_code == 403
    with owner(export.agency):
        Export.objects.update(expires_at=timezone.now())
    response = client_for(lead).get(address)
    assert response.status_code == 409
    assert "no longer there" in response.content.decode()


def test_file_that_is_lost_is_said(lead):
    export = made(lead)
    store.path_of(export.stored_as).unlink()
    with acting(lead) as by, pytest.raises(NotAllowed, match="missing"):
        actions.download(export, by=by)


def test_beat_removes_what_has_run_out_and_what_nobody_knows(
    lead, django_capture_on_commit_callbacks
):
    over, stays = made(lead), made(lead)
    reports.root().mkdir(parents=True, exist_ok=True)
    orphans = [store.root() / ".left.zip", reports.root() / "left.pdf"]
    for orphan in orphans:
        orphan.write_bytes(b"left by a crash")
        os.utime(orphan, (0, time.time() - 2 * 24 * 60 * 60))
    with owner(over.agency):
        Export.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    gone = store.path_of(over.stored_as)
    with django_capture_on_commit_callbacks(execute=True):
        found = tidy()
    assert (found.expired, found.removed) == (1, 2)
    assert not gone.exists()
    assert not any(orphan.exists() for orphan in orphans)
    assert store.path_of(stays.stored_as).is_file()
    assert fresh(over).removed_at


def test_export_being_made_while_data_is_removed_comes_to_nothing(spoken, lead, dpo, files_root):
    from protection.actions.redaction import confirm

    with acting(lead) as by:
        export = request_export(by=by)
    redaction = ask(spoken, lead)
    with acting(dpo) as by:
        confirm(redaction, has_understood=True, by=by)
    engine.run(export.agency_id, export.job_id)
    stored = fresh(export)
    assert stored.job.has_failed and stored.is_over
    assert not [path for path in (files_root / "exports").glob("*") if path.is_file()]


def test_pages_follow_an_export(lead, client_for):
    client = client_for(lead)
    asked = client.post("/data-protection/exports/")
    assert asked.status_code == 302
    assert "Waiting" in client.get(asked["Location"]).content.decode()
    export = fresh(Export.objects.model(pk=asked["Location"].split("/")[-2]))
    status = client.get(f"{asked['Location']}status/").json()
    assert status["status"] == "queued" and "url" not in status
    engine.run(export.agency_id, export.job_id)
    assert client.get(f"{asked['Location']}status/").json()["url"] == asked["Location"]
    assert "Download everything" in client.get(asked["Location"]).content.decode()


def test_list_takes_the_same_queries_with_one_and_four(lead, client_for, floor, settings):
    settings.ROOT_URLCONF = "config.urls"
    client = client_for(lead)
    made(lead)
    client.get("/data-protection/exports/")
    one = count_queries(lambda: client.get("/data-protection/exports/"))
    for _ in range(3):
        made(lead)
    assert count_queries(lambda: client.get("/data-protection/exports/")) == one <= floor + 2
