"""What is asked. Published text is never edited; guidance and rules are versioned beside it."""

from standards.models.additions import (
    VOICES,
    EditorNote,
    EvidenceKind,
    GlossaryTerm,
    Guidance,
    Prompt,
    ReadinessRules,
)
from standards.models.drafts import GuidanceDraft
from standards.models.text import Clause, Edition, Standard

__all__ = [
    "VOICES",
    "Clause",
    "Edition",
    "EditorNote",
    "EvidenceKind",
    "GlossaryTerm",
    "Guidance",
    "GuidanceDraft",
    "Prompt",
    "ReadinessRules",
    "Standard",
]
