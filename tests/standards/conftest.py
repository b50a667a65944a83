"""A small edition in a folder of its own, to be broken in one place at a time."""

from pathlib import Path

import pytest

TEXT = """\
edition:
  code: tiny-2026
  title: Tiny standards
  source: Written for a test.
  published: 2026-03-31
standards:
  - code: S1
    title: First
    statement: It is done.
    clauses:
      - code: "1.1"
        text: Agencies do this.
        addressed_to: [LA, RAA, VAA]
      - code: "1.2"
        text: LAs do that.
        group: Apart
        addressed_to: [LA]
  - code: S2
    title: Second
    statement: It is done well.
    clauses:
      - code: "2.1"
        text: RAAs do the rest.
        addressed_to: [RAA]
"""
GUIDANCE = """\
edition: tiny-2026
version: "1.0"
label: Ours.
notes:
  - clause: "1.2"
    text: As printed.
clauses:
  - code: "1.1"
    prompts:
      - {kind: audit, text: An audit.}
      - {kind: data, text: Figures.}
  - code: "1.2"
    prompts:
      - {kind: policy, text: A policy.}
      - {kind: data, text: Figures.}
  - code: "2.1"
    prompts:
      - {kind: audit, text: An audit.}
      - {kind: other, text: Anything else.}
glossary:
  - term: EP
    definition: Early permanence.
    source: standards
  - term: Lead
    definition: The person who answers.
    source: service
    note: Not in the standards.
"""
READINESS = """\
edition: tiny-2026
version: "1.0"
label: Illustrative.
scale:
  - {level: 0, title: Not yet in place, descriptor: Not begun.}
  - {level: 1, title: Developing, descriptor: Begun.}
  - {level: 2, title: In place, descriptor: Normal.}
not_applicable: {title: Not applicable, descriptor: With a reason.}
levels:
  - key: working_towards
    title: Working Towards
    summary: Half.
    rules:
      - {rule: all_answered}
      - {rule: clause_share, level: 1, share: 0.75, scope: standard}
      - {rule: evidenced, from_level: 2}
"""


class Folder:
    """The three files; `change` replaces one passage of one of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text, self.guidance, self.readiness = (
            path / f"tiny-2026{part}.yaml" for part in ("", ".guidance", ".readiness")
        )
        self.text.write_text(TEXT)
        self.guidance.write_text(GUIDANCE)
        self.readiness.write_text(READINESS)

    def change(self, file: Path, old: str, new: str) -> None:
        content = file.read_text()
        assert content.count(old) == 1, f"{old!r} must stand once in {file.name}"
        file.write_text(content.replace(old, new))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
