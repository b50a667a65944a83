"""The three files of an edition as validated dataclasses.

Whatever is wrong, missing or unknown in a file raises LoadError with its name, key path and line.
`document()` of each is the canonical form that is hashed.
"""

from standards.schema.edition import ClauseText, EditionText, Known, StandardText, read_edition
from standards.schema.guidance import (
    GuidanceText,
    NoteText,
    PromptText,
    TermText,
    guidance_of,
    read_guidance,
)
from standards.schema.readiness import RulesText, read_rules

__all__ = [
    "ClauseText",
    "EditionText",
    "GuidanceText",
    "Known",
    "NoteText",
    "PromptText",
    "RulesText",
    "StandardText",
    "TermText",
    "guidance_of",
    "read_edition",
    "read_guidance",
    "read_rules",
]
