"""The three files of an edition as validated dataclasses.

Whatever is wrong, missing or unknown in a file raises LoadError with its name, key path and line.
`document()` of each is the canonical form that is hashed.
"""

from standards.schema.edition import ClauseText, EditionText, StandardText, read_edition
from standards.schema.guidance import GuidanceText, NoteText, PromptText, TermText, read_guidance
from standards.schema.readiness import RulesText, read_rules

__all__ = [
    "ClauseText",
    "EditionText",
    "GuidanceText",
    "NoteText",
    "PromptText",
    "RulesText",
    "StandardText",
    "TermText",
    "read_edition",
    "read_guidance",
    "read_rules",
]
