"""Removing personal data, disposing of what is over, and handing an agency all of its data."""

from protection.models.disposal import Disposal, DisposalItem, DisposalStage
from protection.models.redaction import (
    ANSWER_PARTS,
    EVIDENCE_PARTS,
    FILE_PARTS,
    TEXT_FIELDS,
    Export,
    Part,
    Reason,
    Redaction,
    RedactionStage,
    Tombstone,
)

__all__ = [
    "ANSWER_PARTS",
    "EVIDENCE_PARTS",
    "FILE_PARTS",
    "TEXT_FIELDS",
    "Disposal",
    "DisposalItem",
    "DisposalStage",
    "Export",
    "Part",
    "Reason",
    "Redaction",
    "RedactionStage",
    "Tombstone",
]
