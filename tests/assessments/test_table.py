"""The table of a standard: many answers at once, and nothing lost where somebody was first."""

import html

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event
from agencies.permissions import AGENCY_ROLES
from agencies.workflow import NotAllowed
from assessments.actions.answer_table import Row, answer_clauses
from assessments.actions.answers import HARD_LIMIT, Said, answer_clause
from assessments.forms.table import fingerprint
from assessments.models import Answer, AnswerRevision
from tests.assessments.conftest import answer_of, fill, make_draft, reread, url
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def row(assessment, code, said, *, version=None):
    answer = Answer.objects.select_related("clause").get(assessment=assessment, clause__code=code)
    return Row(answer, answer.version if version is None else version, said)


def save(assessment, said_by_code, *, by, version=None):
    with acting(by) as member:
        rows = [row(assessment, code, said, version=version) for code, said in said_by_code.items()]
        return answer_clauses(assessment, rows=rows, by=member)


def save_one(assessment, code, said, *, by, is_autosave=False):
    with acting(by) as member:
        answer = Answer.objects.for_page().get(assessment=assessment, clause__code=code)
        answer_clause(answer, version=answer.version, said=said, is_autosave=is_autosave, by=member)


def stored(assessment, *codes):
    return [Said.stored_in(answer_of(assessment, code)) for code in codes]


def revisions(assessment, code):
    with owner():
        found = AnswerRevision.objects.filter(
            answer__assessment=assessment, answer__clause__code=code
        )
        return [(r.version, r.level, r.is_open) for r in found.order_by("version")]


def test_rows_are_stored_as_single_saves_store_them(draft, contributor):
    said = {"1.1": Said(level=2, how="First\r\nsecond"), "1.2": Said(is_not_applicable=True)}
    outcome = save(draft, said, by=contributor)
    assert stored(draft, "1.1", "1.2") == [
        Said(level=2, how="First\nsecond"),
        Said(is_not_applicable=True),
    ]
    assert [answer.version for answer in outcome.saved] == [1, 1]
    assert answer_of(draft, "1.1").updated_by.display_name == contributor.display_name
    assert revisions(draft, "1.1") == [(1, 2, False)]
    assert (reread(draft).answered_count, str(reread(draft).score)) == (1, "2.00")


def test_one_event_tells_clauses_and_versions_and_no_text(draft, contributor):
    save(draft, {"1.1": Said(level=2, how="Secret"), "1.2": Said(level=1)}, by=contributor)
    with acting(contributor):
        event = Event.objects.get(action="answer.save_table")
    assert event.facts == {"count": 2, "versions": {"1.1": 1, "1.2": 1}}


def test_row_that_somebody_saved_first_comes_back_and_the_others_are_stored(
    draft, contributor, lead
):
    save_one(draft, "1.2", Said(level=3, how="Theirs"), by=lead)
    said = {code: Said(level=1, how="Ours") for code in ("1.1", "1.2", "1.3")}
    outcome = save(draft, said, by=contributor, version=0)
    assert [answer.clause.code for answer in outcome.saved] == ["1.1", "1.3"]
    (conflict,) = outcome.conflicts
    assert conflict.ours["how"] == "Ours"
    assert conflict.current.how == "Theirs"
    assert lead.display_name in str(conflict)
    assert [s.how for s in stored(draft, "1.1", "1.2", "1.3")] == ["Ours", "Theirs", "Ours"]


def test_the_same_again_is_no_conflict_and_no_save(draft, contributor):
    for _ in range(2):
        outcome = save(draft, {"1.1": Said(level=2)}, by=contributor, version=0)
    assert (outcome.saved, outcome.conflicts, len(outcome.same)) == ([], [], 1)
    assert revisions(draft, "1.1") == [(1, 2, False)]


def test_open_autosave_of_the_same_person_is_closed_with_the_new_content(draft, contributor, lead):
    save_one(draft, "1.1", Said(level=1), by=contributor, is_autosave=True)
    save_one(draft, "1.2", Said(level=1), by=lead, is_autosave=True)
    save_one(draft, "1.3", Said(level=1), by=contributor, is_autosave=True)
    said = {"1.1": Said(level=2), "1.2": Said(level=2), "1.3": Said(level=1)}
    save(draft, said, by=contributor)
    assert revisions(draft, "1.1") == [(2, 2, False)]
    assert revisions(draft, "1.2") == [(1, 1, True), (2, 2, False)]
    assert revisions(draft, "1.3") == [(1, 1, False)], "nothing new is said, only closed"


def test_one_row_that_cannot_be_stored_refuses_all_and_names_its_clause(draft, contributor):
    said = {"1.1": Said(level=2), "1.2": Said(level=7), "1.3": Said(how="x" * (HARD_LIMIT + 1))}
    with pytest.raises(ValidationError) as refusal:
        save(draft, said, by=contributor)
    found = refusal.value.message_dict
    assert found["1.2"] == ["Choose a level from 0 to 3, or Not applicable"]
    assert "20,001" in found["1.3"][0]
    assert answer_of(draft, "1.1").version == 0


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_reader_is_refused(role, draft, request):
    with pytest.raises(PermissionDenied):
        save(draft, {"1.1": Said(level=1)}, by=request.getfixturevalue(role))


def test_locked_assessment_takes_nothing(signed, contributor):
    with pytest.raises(NotAllowed, match="signed off"):
        save(signed, {"1.1": Said(level=1)}, by=contributor)


def test_answers_of_another_assessment_are_not_touched(draft, edition, contributor, lead):
    other = make_draft(edition, lead, "Year two")
    with acting(contributor) as by:
        with pytest.raises(KeyError):
            answer_clauses(draft, rows=[row(other, "1.1", Said(level=1))], by=by)
    assert answer_of(other, "1.1").version == 0


# The page.


def sent(assessment, standard="S1", **changed):
    """The table as the page gives it; `changed` by the row, as c1_1={"level": "2"}."""
    with owner():
        answers = assessment.answers.filter(clause__standard__code=standard)
        rows = {
            f"c{a.clause.code.replace('.', '-')}": (a.version, Said.stored_in(a))
            for a in answers.select_related("clause")
        }
    form = {}
    for prefix, (version, said) in rows.items():
        level = "na" if said.is_not_applicable else "" if said.level is None else str(said.level)
        fields = {"version": version, "seen": fingerprint(said), "level": level}
        fields |= {name: getattr(said, name) for name in ("na_reason", "how", "difference")}
        fields |= changed.get(prefix.replace("-", "_"), {})
        form |= {f"{prefix}-{name}": value for name, value in fields.items()}
    return form


def test_page_shows_a_row_for_each_clause_and_what_is_stored(draft, lead, client_for):
    save_one(draft, "1.2", Said(level=3, how="Every week"), by=lead)
    page = client_for(lead).get(url("table", draft, "S1")).text
    assert page.count("data-table-row") == 9
    assert 'name="c1-2-level" value="3" checked' in page
    assert "Every week" in page
    standard = client_for(lead).get(url("standard", draft, "S1")).text
    assert url("table", draft, "S1") in standard


def test_fields_of_the_page_are_those_that_a_test_sends(draft, lead, client_for):
    client = client_for(lead)
    lines = client.get(url("table", draft, "S1")).context["lines"]
    form = {}
    for line in lines:
        form |= {bound.html_name: bound.value() for bound in line.form}
    assert form == sent(draft)


def test_save_stores_what_was_changed_and_goes_on_to_the_next_standard(draft, lead, client_for):
    client = client_for(lead)
    form = sent(draft, c1_1={"level": "2"}, c1_3={"level": "na", "na_reason": "No panel"})
    response = client.post(url("table", draft, "S1"), form | {"then": "next"})
    assert response.url == url("table", draft, "S2")
    assert stored(draft, "1.1", "1.2", "1.3") == [
        Said(level=2),
        Said(),
        Said(is_not_applicable=True, na_reason="No panel"),
    ]
    assert answer_of(draft, "1.2").version == 0
    assert "2 clauses saved" in client.get(response.url).text
    response = client.post(url("table", draft, "S8"), sent(draft, "S8") | {"then": "next"})
    assert response.url == url("overview", draft)
    assert "Nothing had changed" in client.get(response.url).text


def test_row_that_was_not_touched_is_no_conflict(draft, lead, contributor, client_for):
    form = sent(draft, c1_1={"level": "2"})
    save_one(draft, "1.2", Said(level=3), by=contributor)
    assert client_for(lead).post(url("table", draft, "S1"), form).status_code == 302
    assert stored(draft, "1.1", "1.2") == [Said(level=2), Said(level=3)]


def test_conflict_shows_both_texts_and_saves_the_rest(draft, lead, contributor, client_for):
    client = client_for(lead)
    form = sent(draft, c1_1={"level": "2"}, c1_2={"level": "1", "how": "Ours"})
    save_one(draft, "1.2", Said(level=3, how="Theirs"), by=contributor)
    response = client.post(url("table", draft, "S1"), form)
    assert response.status_code == 412
    for words in ("1 clause saved", "Ours", "Theirs", contributor.display_name, "#id_c1-2-level_0"):
        assert words in response.text
    assert stored(draft, "1.1", "1.2") == [Said(level=2), Said(level=3, how="Theirs")]
    again = {}
    for line in response.context["lines"]:
        again |= {bound.html_name: bound.value() for bound in line.form}
    assert client.post(url("table", draft, "S1"), again).status_code == 302
    assert stored(draft, "1.2") == [Said(level=1, how="Ours\n\nTheirs")]
    assert answer_of(draft, "1.1").version == 1, "what was saved is not saved again"


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (["lead"], "saved by you in another tab while"),
        (["contributor"], "saved by Contributor's name while"),
        (["contributor", "lead"], "saved by Contributor's name and you in another tab while"),
        (["nobody", "lead"], "saved in another tab or by somebody else while"),
    ],
)
def test_conflict_says_who_saved_as_far_as_it_is_known(
    first, words, draft, lead, contributor, client_for
):
    people = {"lead": lead, "contributor": contributor, "nobody": contributor}
    client, form = client_for(lead), sent(draft)
    for number, name in enumerate(first, start=1):
        form |= {f"c1-{number}-level": "1"}
        save_one(draft, f"1.{number}", Said(level=3), by=people[name])
        if name == "nobody":
            with owner():
                Answer.objects.filter(clause__code=f"1.{number}").update(updated_by=None)
    page = client.post(url("table", draft, "S1"), form)
    assert page.status_code == 412
    words = words.replace("Contributor's name", contributor.display_name)
    assert words in " ".join(html.unescape(page.text).split())
    says_own = "You saved this answer elsewhere, such as in another tab" in page.text
    assert says_own == ("lead" in first)
    assert f"Saved by {lead.display_name}" not in page.text


def test_save_names_the_clauses_that_still_need_a_reason(draft, lead, client_for):
    client = client_for(lead)

    def told(**changed):
        return client.get(client.post(url("table", draft, "S1"), sent(draft, **changed)).url).text

    page = told(c1_1={"level": "na"}, c1_2={"level": "2"})
    assert "2 clauses saved. Clause 1.1 still needs a reason" in page
    page = told(c1_3={"level": "na", "na_reason": "No panel"}, c1_4={"level": "na"})
    assert "2 clauses saved. Clauses 1.1 and 1.4 still need a reason" in page
    page = told()
    assert "so nothing was saved. Clauses 1.1 and 1.4 still need a reason" in page
    page = told(c1_1={"level": "na", "na_reason": "No panel"}, c1_4={"level": "1"})
    assert "2 clauses saved" in page
    assert "a reason why" not in page


def test_save_beside_a_conflict_names_them_too(draft, lead, contributor, client_for):
    form = sent(draft, c1_1={"level": "na"}, c1_2={"level": "1"})
    save_one(draft, "1.2", Said(level=3), by=contributor)
    page = client_for(lead).post(url("table", draft, "S1"), form)
    assert page.status_code == 412
    assert "1 clause saved. Clause 1.1 still needs a reason" in page.text


BAD = [
    ({"level": "9"}, "Choose a level of the scale, or Not applicable"),
    ({"version": "x"}, "This page is out of date"),
    ({"version": "-1"}, "This page is out of date"),
    ({"seen": ""}, "This page is out of date"),
    ({"seen": "x" * 65}, "This page is out of date"),
    ({"how": "x" * (HARD_LIMIT + 1)}, "20,001 characters"),
]


@pytest.mark.parametrize(("fields", "words"), BAD, ids=[words[:12] for _, words in BAD])
def test_bad_row_is_refused_clearly_and_everything_typed_stays(
    fields, words, draft, lead, client_for
):
    form = sent(draft, c1_1={"level": "2", "difference": "Fewer moves"}, c1_2=fields)
    response = client_for(lead).post(url("table", draft, "S1"), form)
    assert response.status_code == 422
    assert words in response.text
    assert "<title>Error: " in response.text
    assert "Clause 1.2: " in response.text
    assert "Fewer moves" in response.text
    assert answer_of(draft, "1.1").version == 0


def test_what_was_typed_while_it_was_signed_off_is_shown(signed, lead, viewer, client_for):
    form = sent(signed, c1_1={"level": "1", "how": "Only here"})
    for member, status in ((lead, 409), (viewer, 403)):
        response = client_for(member).post(url("table", signed, "S1"), form)
        assert response.status_code == status
        assert "Only here" in response.text
        assert "1 Developing" in response.text
    assert stored(signed, "1.1")[0].level == 2


def test_who_may_not_write_reads_why(signed, lead, viewer, client_for):
    assert "signed off" in client_for(lead).get(url("table", signed, "S1")).text
    page = client_for(viewer).get(url("table", signed, "S1")).text
    assert "data-table-row" not in page


def test_standard_that_is_none_and_a_stranger_find_nothing(draft, lead, stranger, client_for):
    assert client_for(lead).get(url("table", draft, "S9")).status_code == 404
    assert client_for(stranger).get(url("table", draft, "S1")).status_code == 404
    answer = client_for(stranger).post(url("table", draft, "S1"), sent(draft))
    assert answer.status_code == 404


def test_page_takes_the_same_queries_with_1_answer_and_with_all(draft, lead, client_for, floor):
    client = client_for(lead)
    address = url("table", draft, "S4")
    client.get(address)
    none = count_queries(lambda: client.get(address))
    fill(draft)
    assert none == count_queries(lambda: client.get(address)) <= floor + 3


def test_save_takes_the_same_queries_with_1_row_and_with_11(draft, lead, client_for, floor):
    client = client_for(lead)
    address = url("table", draft, "S4")
    one = sent(draft, "S4", c4_1={"level": "2"})
    few = count_queries(lambda: client.post(address, one))
    changed = {f"c4_{number}": {"level": "3", "how": "Now"} for number in range(1, 12)}
    form = sent(draft, "S4", **changed)
    assert count_queries(lambda: client.post(address, form)) == few <= floor + 13
    assert stored(draft, "4.11") == [Said(level=3, how="Now")]


def test_every_role_gets_a_page(draft, request, client_for):
    for role in AGENCY_ROLES:
        client = client_for(request.getfixturevalue(role))
        assert client.get(url("table", draft, "S1")).status_code == 200


def test_spaces_at_the_ends_are_no_change(draft, lead, client_for):
    """A form gives texts back without them."""
    save_one(draft, "1.1", Said(level=2, how=" As it came by API "), by=lead)
    client_for(lead).post(url("table", draft, "S1"), sent(draft))
    assert answer_of(draft, "1.1").version == 1
