"""Progress over time as a picture: well formed, the same every time, and saying what it shows."""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from reports.timeline import message, timeline

SVG = "{http://www.w3.org/2000/svg}"
START = datetime.date(2026, 3, 30)


@dataclass(frozen=True)
class Row:
    day: datetime.date
    answered_count: int
    score: Decimal | None = None
    clause_count: int = 68


def row(after, answered, score=None):
    day = START + datetime.timedelta(days=after)
    return Row(day, answered, None if score is None else Decimal(score))


YEAR = [row(0, 0), row(10, 17, "1.20"), row(40, 40, "1.55"), row(41, 39, "1.60")]


def parsed(svg):
    return ElementTree.fromstring(svg)  # noqa: S314 our own text


def points_of(svg):
    """The corners of the thick lines, panel by panel."""
    paths = [p.get("d") for p in parsed(svg).iter(f"{SVG}path") if p.get("stroke-width") == "2.5"]
    return [[float(n) for n in re.findall(r"-?[\d.]+", path)] for path in paths]


def ends_of(svg):
    """Where the thick lines end: x as the last M or H says it, y as the last M or V does."""
    paths = [p.get("d") for p in parsed(svg).iter(f"{SVG}path") if p.get("stroke-width") == "2.5"]
    number = r"(-?[\d.]+)"
    return [
        (
            float(re.findall(rf"[MH]{number}", path)[-1]),
            float(re.findall(rf"(?:M\S+ |V){number}", path)[-1]),
        )
        for path in paths
    ]


def dots_of(svg):
    return [(float(d.get("cx")), float(d.get("cy"))) for d in parsed(svg).iter(f"{SVG}circle")]


def test_title_says_from_where_to_where():
    assert message(YEAR) == (
        "Progress: from 0 of 68 clauses answered on 30 March 2026 "
        "to 39 of 68 clauses answered on 10 May 2026, score 1.60 of 3."
    )
    assert message(YEAR[:1]) == (
        "Progress: 0 of 68 clauses answered on 30 March 2026, not scored yet."
    )
    assert parsed(timeline(YEAR)).find(f"{SVG}title").text == message(YEAR)
    assert parsed(timeline(YEAR)).get("role") == "img"


def test_lines_are_steps_from_the_left_edge_to_the_right():
    answered, score = points_of(timeline(YEAR))
    # M x y H x V y, once for each stretch between two days.
    assert answered[0] == 30
    assert answered[-2] == 362
    assert answered[1] == 150, "nothing answered stands on the base line"
    assert len(answered) == 4 * 3
    assert score[:3] == [110.98, 290, 256.4], "no line before the first score, which rises"
    assert len(score) == 3 + 4 * 2


def test_last_day_is_drawn_up_to_its_dot_also_where_it_brings_the_first_score():
    scored_at_last = [row(0, 0), row(1, 17, "1.20")]
    assert ends_of(timeline(scored_at_last)) == dots_of(timeline(scored_at_last))
    assert points_of(timeline(scored_at_last)) == [[30, 150, 362, 121], [362, 290, 256.4]]


def test_last_figures_stand_beside_their_lines():
    words = [element.text for element in parsed(timeline(YEAR)).iter(f"{SVG}text")]
    assert {"Clauses answered", "Score", "39", "1.60", "30 Mar 2026", "10 May 2026"} <= set(words)


def test_one_day_is_two_dots_and_no_line():
    svg = timeline([row(0, 3, "2.00")])
    assert points_of(svg) == [[], []]
    assert len(list(parsed(svg).iter(f"{SVG}circle"))) == 2


def test_nothing_is_no_picture():
    assert timeline([]) == ""


rows = st.lists(
    st.builds(
        row,
        st.integers(0, 900),
        st.integers(0, 68),
        st.one_of(st.none(), st.decimals(0, 3, places=2).map(str)),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda point: point.day,
).map(lambda found: sorted(found, key=lambda point: point.day))


@given(rows)
def test_everything_stays_inside_the_picture_and_is_the_same_again(points):
    svg = timeline(points)
    assert svg == timeline(points)
    root = parsed(svg)
    _, _, width, height = (float(part) for part in root.get("viewBox").split())
    for element in root.iter(f"{SVG}text"):
        assert 0 <= float(element.get("x")) <= width
        assert 0 <= float(element.get("y")) <= height
    for line in points_of(svg):
        assert all(0 <= value <= width for value in line)
    for dot in root.iter(f"{SVG}circle"):
        assert 30 <= float(dot.get("cx")) <= 362
        assert 30 <= float(dot.get("cy")) <= 300


@given(rows.filter(lambda points: len(points) > 1 and points[-1].score is not None))
def test_each_line_ends_at_its_dot(points):
    svg = timeline(points)
    assert ends_of(svg) == dots_of(svg)
