"""The charts as text: well formed, safe, the same every time, and saying what they show."""

import itertools
import re
import uuid
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Answer
from reports import charts
from reports.figures import rows
from standards.models import Clause
from standards.scoring import ClauseState, Rules, assess

SVG = "{http://www.w3.org/2000/svg}"
SCALE = [
    {"level": level, "title": title}
    for level, title in enumerate(["Not yet in place", "Developing", "In place", "Embedded"])
]


def clause(code, level=None, **facts):
    known = {"is_addressed": True, "is_not_applicable": False, "na_reason": "", "href": ""}
    return {"code": code, "level": level} | known | facts


def standard(number, clauses, score="1.50"):
    return {
        "code": f"S{number}",
        "title": f"Title {number}",
        "score": None if score is None else Decimal(score),
        "clauses": clauses,
    }


MIXED = [
    standard(1, [clause(f"1.{level + 1}", level) for level in range(4)]),
    standard(
        2,
        [
            clause("2.1", is_not_applicable=True, na_reason="We have no panel."),
            clause("2.2", is_not_applicable=True),
            clause("2.3"),
            clause("2.4", is_addressed=False),
            clause("2.5", 2, is_addressed=False),
        ],
        "2.00",
    ),
    standard(3, [clause("3.1", 0)], "0.00"),
]


def parsed(svg):
    return ElementTree.fromstring(svg)  # noqa: S314 our own text


def words(svg):
    return [element.text for element in parsed(svg).iter(f"{SVG}text")]


def titles(svg):
    return [element.text for element in parsed(svg).iter(f"{SVG}title")]


def test_heatmap_gives_every_clause_a_tile_with_its_words():
    said = titles(charts.heatmap(MIXED, SCALE))
    assert said[1:] == [
        "Clause 1.1: 0 Not yet in place",
        "Clause 1.2: 1 Developing",
        "Clause 1.3: 2 In place",
        "Clause 1.4: 3 Embedded",
        "Clause 2.1: Not applicable",
        "Clause 2.2: Not applicable, the reason is missing",
        "Clause 2.3: Not answered",
        "Clause 2.4: Not addressed to this agency",
        "Clause 2.5: 2 In place",
        "Clause 3.1: 0 Not yet in place",
    ]


def test_heatmap_title_is_its_message_and_its_name():
    svg = charts.heatmap(MIXED, SCALE)
    message = (
        "Levels of 10 clauses: 1 at 3 Embedded, 2 at 2 In place, 1 at 1 Developing, "
        "2 at 0 Not yet in place, 1 not applicable, 1 not applicable, the reason is missing, "
        "1 not answered, 1 not addressed to this agency."
    )
    assert titles(svg)[0] == message
    assert parsed(svg).get("role") == "img"
    assert parsed(svg).get("aria-label") == message


def test_heatmap_shows_each_state_by_sign_and_not_by_colour_alone():
    groups = list(parsed(charts.heatmap(MIXED, SCALE)).iter(f"{SVG}g"))

    def looks(group):
        box = group.find(f"{SVG}rect")
        text = group.find(f"{SVG}text")
        return (
            text.text if text is not None else "",
            box.get("stroke-dasharray") is not None,
            group.find(f"{SVG}path") is not None,
            group.find(f"{SVG}circle") is not None,
        )

    found = [looks(group) for group in groups]
    assert [look[0] for look in found[:4]] == ["0", "1", "2", "3"]
    excused, unexplained, unanswered, not_addressed = found[4:8]
    assert excused == ("n/a", False, True, False)
    assert unexplained == ("n/a", True, False, False)
    assert unanswered == ("\N{EN DASH}", True, False, False)
    assert not_addressed == ("", False, False, True)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_heatmap_is_darker_with_each_level_and_legible_on_each():
    fills = [look.fill for look in charts.LEVELS]
    for lighter, darker in itertools.pairwise(fills):
        assert contrast(lighter, darker) >= 1.4
        assert luminance(lighter) > luminance(darker)
    for look in charts.LOOKS.values():
        assert contrast(look.ink, look.fill) >= 4.5
        assert contrast(look.stroke, "#ffffff") >= 3


def test_heatmap_with_links_is_a_group_with_named_links():
    clauses = [clause("1.1", 2, href='/a/?x=1&y="2"'), clause("1.2", href="/b/")]
    root = parsed(charts.heatmap([standard(1, clauses)], SCALE))
    links = list(root.iter(f"{SVG}a"))
    assert root.get("role") == "group"
    assert [link.get("href") for link in links] == ['/a/?x=1&y="2"', "/b/"]
    assert links[0].get("aria-label") == "Clause 1.1: 2 In place"


def test_heatmap_tiles_are_large_enough_to_touch_at_320_pixels():
    root = parsed(charts.heatmap(MIXED, SCALE))
    width = float(root.get("viewBox").split()[2])
    assert charts.PITCH * 290 / width >= 24  # 290 px: a 320 px screen without its margins


def test_heatmap_keeps_inside_its_own_frame():
    full = [standard(n, [clause(f"{n}.{c}", 1) for c in range(1, 12)]) for n in range(1, 9)]
    root = parsed(charts.heatmap(full, SCALE))
    width, height = map(float, root.get("viewBox").split()[2:])
    for box in root.iter(f"{SVG}rect"):
        assert 0 <= float(box.get("x")) <= width - float(box.get("width"))
        assert 0 <= float(box.get("y")) <= height - float(box.get("height"))


def test_heatmap_without_a_scale_or_without_standards_is_still_a_picture():
    assert "Clause 1.2: 1" in titles(charts.heatmap(MIXED))
    assert titles(charts.heatmap([])) == ["No clauses."]


def test_radar_shows_each_score_and_says_highest_and_lowest():
    svg = charts.radar(MIXED)
    assert titles(svg) == [
        "Average level of each standard, 0 to 3: highest Standard 2 (2.00), "
        "lowest Standard 3 (0.00). S1 1.50, S2 2.00, S3 0.00."
    ]
    assert {"S1", "1.50", "S2", "2.00", "S3", "0.00"} <= set(words(svg))
    assert len(list(parsed(svg).iter(f"{SVG}circle"))) == 3


def points(svg):
    return [
        (float(dot.get("cx")), float(dot.get("cy"))) for dot in parsed(svg).iter(f"{SVG}circle")
    ]


def test_radar_places_points_by_their_score_on_their_axis():
    eight = [standard(n, [], score) for n, score in enumerate(["3.00", "1.50"] * 4, 1)]
    found = points(charts.radar(eight))
    assert found[0] == (charts.CENTRE_X, charts.CENTRE_Y - charts.RADIUS)
    x, y = found[2]
    assert (x, y) == (charts.CENTRE_X + charts.RADIUS, charts.CENTRE_Y)
    reach = [((x - charts.CENTRE_X) ** 2 + (y - charts.CENTRE_Y) ** 2) ** 0.5 for x, y in found]
    assert reach == pytest.approx([charts.RADIUS, charts.RADIUS / 2] * 4, abs=0.02)


def test_radar_leaves_a_gap_where_there_is_no_score():
    scores = ["1.00", None, "2.00", "2.00", None, "3.00"]
    svg = charts.radar([standard(n, [], score) for n, score in enumerate(scores, 1)])
    assert len(points(svg)) == 4
    assert words(svg).count("no score") == 2
    shapes = [p for p in parsed(svg).iter(f"{SVG}path") if p.get("fill-opacity")]
    middle = f"L{charts.CENTRE_X} {charts.CENTRE_Y}Z"
    assert [shape.get("d").endswith(middle) for shape in shapes] == [True, True]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_radar_of_few_standards_is_still_well_formed(count):
    svg = charts.radar([standard(n + 1, []) for n in range(count)])
    assert len(points(svg)) == count


def test_radar_nothing_scored_says_so():
    svg = charts.radar([standard(n, [], None) for n in range(1, 9)])
    assert titles(svg) == ["Average level of each standard: nothing is scored yet."]


def test_rows_give_the_table_the_same_figures():
    first, second, third = rows(MIXED, SCALE)
    assert (first.name, first.score) == ("Standard 1", Decimal("1.50"))
    assert [tile.mark for tile in second.tiles] == ["n/a", "n/a", "\N{EN DASH}", "·", "2"]
    assert second.count("excused", "unexplained") == 2
    assert third.tiles[0].words == "0 Not yet in place"


HOSTILE = "</title><script>alert(1)</script>\" onload='x' ]]>&amp;"


def test_charts_carry_text_from_anywhere_as_text():
    clauses = [clause(HOSTILE, 1, href=f"/x/{HOSTILE}")]
    hostile = {"code": HOSTILE, "title": HOSTILE, "score": Decimal("1.00"), "clauses": clauses}
    for svg in (
        charts.heatmap([hostile], [{"level": 1, "title": HOSTILE}]),
        charts.radar([hostile]),
    ):
        root = parsed(svg)
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {"svg", "title", "text", "rect", "circle", "path", "g", "a"}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not {"style", "onload", "id"} & attributes
        assert HOSTILE in "".join(root.itertext())


@pytest.mark.parametrize("draw", [lambda s: charts.heatmap(s, SCALE), charts.radar])
def test_charts_are_the_same_bytes_and_fetch_nothing(draw):
    svg = draw(MIXED)
    assert svg == draw(MIXED)
    assert re.findall(r"url\(|@import|href=|data:|style=|<style|<script|font-family", svg) == []
    assert svg.count("http") == svg.count('xmlns="http://www.w3.org/2000/svg"') == 1
    assert "-0 " not in svg


levels = st.one_of(st.none(), st.integers(0, 3))
scores = st.one_of(st.none(), st.decimals(0, 3, places=2, allow_nan=False))
clauses_of = st.lists(
    st.builds(
        lambda level, addressed, excused, reason: clause(
            "1.1",
            level,
            is_addressed=addressed,
            is_not_applicable=excused and level is None,
            na_reason=reason,
        ),
        levels,
        st.booleans(),
        st.booleans(),
        st.text(max_size=3),
    ),
    max_size=14,
)


@given(
    st.lists(st.builds(lambda c, s: standard(1, c) | {"score": s}, clauses_of, scores), max_size=9)
)
def test_charts_of_any_figures_are_well_formed(standards):
    assert parsed(charts.heatmap(standards, SCALE)).tag == f"{SVG}svg"
    assert parsed(charts.radar(standards)).get("viewBox") == "0 0 404 328"


@pytest.mark.django_db
def test_figures_of_a_working_assessment_take_no_query(edition, django_assert_num_queries, owner):
    with owner():
        clauses = list(Clause.objects.select_related("standard").filter(standard__edition=edition))
        rules = Rules.from_document(edition.rules.get(is_current=True).document)
    assessment = uuid.uuid4()
    answers = [Answer(assessment_id=assessment, clause=one, level=2) for one in clauses]
    states = [
        ClauseState(one.code, one.standard.code, 2, False, False, one.is_addressed_to("LA"), True)
        for one in clauses
    ]
    context = {"a": answers, "s": states, "result": assess(states, rules), "rules": rules}
    page = Template("{% load charts %}{% figures a s result rules %}")
    with django_assert_num_queries(0):
        html = page.render(Context(context))
    assert html.count(f'href="/assessments/{assessment}/clauses/') == 70
    assert "highest Standard 8 (2.00)" in html
    assert html.count('<span class="govuk-visually-hidden">2 In place</span>') == 70
