"""Name-like words: a guess by capitals, by lists of words and by what stands before them.

First names that are nothing else count wherever they stand. Two capitalised words in the middle
of a sentence count unless this field, a place or a body writes them so. One capitalised word
counts after words such as “baby” or “called”. Single letters (“Child A”, “Mrs B”) are how people
are made anonymous and never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agencies.privacy.finding import Finding, Kind, found
from agencies.privacy.lists import listed

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_CAPITAL = re.compile(r"(?<![\w'\u2019-])[^\W\d_a-z][^\W\d_]*(?:['\u2019-][^\W\d_]+)*")
_LAST_WORD = re.compile(
    r"(?<![^\W\d_])([^\W\d_]+(?:['\u2019-][^\W\d_]+)*)[ .\u201c\u2018\"':]{1,3}$"
)
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_OPENS = frozenset('\n.!?:;•*|\t"\u201c\u2018([/\u2014\u2013')
_ARTICLES = frozenset({"the", "a", "an", "our", "this", "their"})
_SAINTS = frozenset({"st", "saint"})
HEADING_SHARE = 0.6
LOOKS_BACK = 32
LINE = 200
"""Characters before and after a word in which the rest of its line is looked for."""


@dataclass(frozen=True)
class Word:
    """is_first: nothing but a mark that opens a sentence, a cell or a quotation is before it."""

    text: str
    start: int
    end: int
    is_first: bool

    @property
    def key(self) -> str:
        return _POSSESSIVE.sub("", self.text).lower()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper() and len(self.text) > 1

    @property
    def is_given_name(self) -> bool:
        return self.is_capital and self.key.split("-")[0] in listed("given_names")

    @property
    def may_be_given_name(self) -> bool:
        return self.is_given_name or (self.is_capital and self.key in listed("doubtful_names"))

    @property
    def is_ordinary(self) -> bool:
        """This field writes it with a capital, or all in capitals as an abbreviation."""
        known = listed("field")
        if self.text.lower() in known or self.key in listed("introducing"):
            return True
        if self.is_given_name:
            return False
        parts = [part for part in re.split(r"['\u2019-]", self.key) if part]
        is_known = all(part in known or part.removesuffix("s") in known for part in parts)
        return is_known or (self.text.isupper() and not self.may_be_given_name)


def names(text: str) -> Iterator[Finding]:
    """Each name once, whole."""
    end_of_last = -1
    for run in _runs(text):
        if _is_name(run, text) or _goes_on(run, text, end_of_last):
            end_of_last = run[-1].end
            yield found(Kind.NAME, text, run[0].start, _end(run[-1]))


def _is_name(run: Sequence[Word], text: str) -> bool:
    before, after = _before(text, run[0].start), _after(text, run[-1].end)
    is_introduced = before in listed("introducing")
    if not is_introduced and (after in listed("belonging") or before in _SAINTS):
        return False
    if is_introduced or any(word.is_given_name for word in run):
        return True
    if len(run) == 1 or run[0].is_first or _is_in_heading(text, run):
        return False
    return before not in _ARTICLES or any(word.may_be_given_name for word in run)


def _runs(text: str) -> Iterator[list[Word]]:
    """Capitalised words in a row that are not ordinary."""
    run: list[Word] = []
    for match in _CAPITAL.finditer(text):
        word = Word(match[0], match.start(), match.end(), _is_first(text, match.start()))
        is_part = word.is_capital and not word.is_ordinary
        touches = run and text[run[-1].end : word.start] in {" ", ". "} and not word.is_first
        if run and not (is_part and touches):
            yield run
            run = []
        if is_part:
            run.append(word)
    if run:
        yield run


def _before(text: str, start: int) -> str:
    """The word in front, where no more than a space, a point or a quotation mark is between."""
    match = _LAST_WORD.search(text, max(0, start - LOOKS_BACK), start)
    return match[1].lower() if match else ""


def _after(text: str, end: int) -> str:
    match = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    return match[0].lower() if match else ""


def _goes_on(run: Sequence[Word], text: str, end_of_last: int) -> bool:
    """“Kofi and Nyasha”: one more capitalised word joined to a name."""
    return len(run) == 1 and text[end_of_last : run[0].start] in {" and ", " & ", ", ", "/"}


def _is_in_heading(text: str, run: Sequence[Word]) -> bool:
    """Most of the other long words of its line are written with a capital."""
    start, end = run[0].start, run[-1].end
    before = text[max(0, start - LINE) : start].rpartition("\n")[2]
    after = text[end : end + LINE].partition("\n")[0]
    others = [word for word in _WORD.findall(f"{before} {after}") if len(word) > 3]
    return len(others) > 1 and sum(w[0].isupper() for w in others) > HEADING_SHARE * len(others)


def _is_first(text: str, start: int) -> bool:
    """Nothing is before it in its sentence, cell or quotation."""
    before = text[max(0, start - 4) : start].rstrip(" ")
    return before[-1:] in _OPENS if before else start < 4


def _end(word: Word) -> int:
    """Without the possessive ending."""
    return word.end - len(word.text) + len(_POSSESSIVE.sub("", word.text))
