"""The text of uploaded files, read for personal data with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from weasyprint import HTML

from assessments import inspection
from assessments.inspection import reading
from assessments.inspection.reading.passage import GAP, Passage
from assessments.inspection.reading.plain import column
from assessments.inspection.verdict import Extent, Sighting, Verdict
from tests.assessments.files import office
from tests.assessments.files.pdfs import pdf
from tests.assessments.files.pictures import picture

NUMBER = "943 476 5919"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = office.RELATIONS


def typed(*paragraphs: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode()


def slide(text: str) -> bytes:
    return f'<s xmlns:a="{DRAWING}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></s>'.encode()


def document() -> bytes:
    split = "The number is 943 476</w:t></w:r><w:r><w:t> 5919"
    parts = {
        "word/document.xml": typed("Policy", split),
        "word/header1.xml": typed("About Olivia"),
        "word/comments.xml": typed("Ring 07700 900123"),
    }
    return office.with_parts("docx", parts)


def workbook(more: str = "") -> bytes:
    cells = (
        more,
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Date of birth</t></is></c>',
        '<c r="A2" t="s"><v>1</v></c><c r="B2"><v>43588</v></c>',
        '<c r="A3" t="s"><v>99</v></c><c r="B3" t="str"><v>none</v></c>',
    )
    rows = "".join(f"<row>{row}</row>" for row in cells)
    book = f'<w xmlns="{SHEET}" xmlns:r="{RELATED}"><sheet name="Tracker" r:id="r0"/></w>'
    parts = {
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": office.relations(("worksheet", "worksheets/s1.xml", "")),
        "xl/worksheets/s1.xml": f'<s xmlns="{SHEET}">{rows}</s>'.encode(),
        "xl/sharedStrings.xml": f'<t xmlns="{SHEET}"><si><t>Who</t></si>'
        "<si><r><t>Oli</t></r><r><t>via</t></r></si></t>".encode(),
        "xl/comments1.xml": f'<c xmlns="{SHEET}"><comment><t>at LS6 2AB</t></comment></c>'.encode(),
    }
    return office.with_parts("xlsx", parts)


def show() -> bytes:
    order = f'<p xmlns:r="{RELATED}"><sldId r:id="r1"/><sldId r:id="r0"/></p>'
    links = (("slide", "slides/slide1.xml", ""), ("slide", "slides/slide2.xml", ""))
    parts = {
        "ppt/presentation.xml": order.encode(),
        "ppt/_rels/presentation.xml.rels": office.relations(*links),
        "ppt/slides/slide1.xml": slide("Case ZC24C50123"),
        "ppt/slides/slide2.xml": slide("Our vision"),
        "ppt/slides/slide3.xml": slide("UPN B801200005001"),
        "ppt/notesSlides/notesSlide1.xml": slide("Say that Tyler moved"),
    }
    return office.with_parts("pptx", parts)


def printed() -> bytes:
    made: bytes = HTML(
        string="<p>One</p><p style='break-before: page'>Write to j.sampleby@mailbox.example</p>"
    ).write_pdf()
    return made


def in_order(verdict: Verdict) -> list[tuple[str, str]]:
    return [(found.kind, found.place) for found in verdict.reading.sightings]


READ: list[tuple[str, Callable[[], bytes], list[tuple[str, str]]]] = [
    (
        "a.docx",
        document,
        [("nhs_number", "paragraph 2"), ("name", "a header"), ("phone", "a comment")],
    ),
    (
        "a.xlsx",
        workbook,
        [
            ("name", "sheet 1, cell A2"),
            ("birth_date", "sheet 1, cell B2"),
            ("postcode", "a comment"),
        ],
    ),
    (
        "a.pptx",
        show,
        [("court_case", "slide 2"), ("pupil_number", "slide 3"), ("name", "speaker notes")],
    ),
    ("a.pdf", printed, [("email", "page 2")]),
    ("a.txt", lambda: f"One\nNHS {NUMBER}\n".encode(), [("nhs_number", "line 2")]),
    (
        "a.csv",
        lambda: b'Who,DOB\n"Tyler",12/04/2021\nX,\n',
        [("name", "cell A2"), ("birth_date", "cell B2")],
    ),
]


@pytest.mark.parametrize(("name", "make", "found"), READ, ids=[name for name, *_ in READ])
def test_text_is_read_with_its_places(
    name: str, make: Callable[[], bytes], found: list[tuple[str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(make())
    verdict = inspection.inspect(path, name, tmp_path / "cleaned")
    assert in_order(verdict) == found
    assert verdict.reading.extent is Extent.WHOLE


def test_excerpt_is_masked_before_it_leaves_the_process(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(f"NHS {NUMBER}".encode())
    (found,) = inspection.inspect(path, "a.txt", tmp_path / "cleaned").reading.sightings
    assert found == Sighting("nhs_number", "line 1", "••• ••• ••••")


@pytest.mark.parametrize(
    ("name", "make"), [("a.pdf", pdf), ("a.png", lambda: picture("PNG"))], ids=["pdf", "png"]
)
def test_file_without_text_is_said_to_have_none(
    name: str, make: Callable[[], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(make())
    verdict = inspection.inspect(path, name, tmp_path / "cleaned")
    assert verdict.reading == inspection.Reading(Extent.NONE)


def test_scanned_page_among_others_is_said(tmp_path: Path) -> None:
    image = tmp_path / "scan.png"
    image.write_bytes(picture("PNG"))
    page = f"<p>Text</p><p style='break-before: page'><img src='{image.as_uri()}'></p>"
    path = tmp_path / "upload"
    HTML(string=page).write_pdf(path)
    found = inspection.inspect(path, "a.pdf", tmp_path / "cleaned")
    assert found.reading.extent is Extent.PART


def test_document_inside_a_document_is_not_read_and_said(tmp_path: Path) -> None:
    inner = office.with_parts("docx", {"word/document.xml": typed("Olivia")})
    parts = {"word/document.xml": typed("Policy"), "word/embeddings/a.docx": inner}
    path = tmp_path / "upload"
    path.write_bytes(office.with_parts("docx", parts))
    found = inspection.inspect(path, "a.docx", tmp_path / "cleaned")
    assert found.reading == inspection.Reading(Extent.PART)


def test_reading_that_is_cut_short_keeps_the_file_and_what_was_found() -> None:
    fact = {"kind": "name", "place": "page 1", "excerpt": "O•••••", "is_mild": False}
    assert inspection._reading([fact]).extent is Extent.PART
    assert inspection._reading([fact]).sightings == (Sighting("name", "page 1", "O•••••"),)
    assert inspection._reading([]).extent is Extent.NONE


def read_all(*passages: Passage) -> tuple[Extent, list[Sighting]]:
    told: list[Sighting] = []
    return reading._look(passages, told.append), told


def test_longest_texts_are_read_in_part() -> None:
    long = Passage("page 2", "a" * reading.MAX_CHARACTERS)
    assert read_all(Passage("page 1", "b"), long) == (Extent.PART, [])


def test_no_more_things_are_told_than_a_page_can_list() -> None:
    many = [Passage(f"line {n}", f"Case ZC24C{n:05}") for n in range(reading.MAX_SIGHTINGS + 20)]
    extent, told = read_all(*many)
    assert (extent, len(told)) == (Extent.PART, reading.MAX_SIGHTINGS)


def test_same_thing_is_told_once_where_it_first_stands() -> None:
    again = [Passage("page 1", "Olivia"), Passage("page 2", "OLIVIA"), Passage("page 3", "Tyler")]
    extent, told = read_all(*again)
    assert extent is Extent.WHOLE
    assert [found.place for found in told] == ["page 1", "page 3"]


def test_what_a_column_is_called_belongs_to_its_cells() -> None:
    extent, told = read_all(Passage("cell B2", "12/04/2021", "DOB"), GAP)
    assert extent is Extent.PART
    assert [found.kind for found in told] == ["birth_date"]
    assert read_all(Passage("cell A2", "5", "Olivia")) == (Extent.WHOLE, [])


@pytest.mark.parametrize(("at", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_called_as_in_a_sheet(at: int, name: str) -> None:
    assert column(at) == name


def test_a_cell_with_a_made_up_address_is_told_by_its_sheet_alone(tmp_path: Path) -> None:
    """The place is stored: an address of any length would break the upload."""
    path = tmp_path / "upload"
    cell = f'<c r="{"A" * 300}1" t="inlineStr"><is><t>at LS7 3AB</t></is></c>'
    path.write_bytes(workbook(cell))
    verdict = inspection.inspect(path, "a.xlsx", tmp_path / "cleaned")
    assert ("postcode", "sheet 1") in in_order(verdict)
