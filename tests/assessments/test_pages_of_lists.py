"""Lists page by page: a page that is no more is the last one, not an error."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
LISTS = (
    "assessments:list",
    "assessments:mine",
    "assessments:notices",
    "assessments:improvement_list",
    "assessments:evidence_list",
    "protection:list",
    "protection:disposals",
)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_that_is_no_more_is_the_last_one(name, draft, lead, client_for):
    client = client_for(lead)
    for page in ("999", "0", "-1", "x", ""):
        answer = client.get(reverse(name), {"page": page})
        assert answer.status_code == 200, page
        assert answer.context["page_obj"].number == 1
