"""What a text is found by: its words, kept by the database beside it.

Stored, since a search reads all rows of the agency: the wall comes before any index of words,
because the operator that matches them is not leakproof. So there is no such index either.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Cast

CONFIG = "english"


def words_of(*texts: str | models.Expression) -> models.GeneratedField:
    """The words of these fields. What is removed from a text is gone from them at once."""
    return models.GeneratedField(
        expression=SearchVector(*texts, config=CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Words of its texts, for the search; made by the database.",
    )


def joined(array: str) -> models.Expression:
    """A list of texts as one text, by our own function: PostgreSQL's is not immutable."""
    return models.Func(
        Cast(array, ArrayField(models.TextField())),
        function="assessments_joined",
        output_field=models.TextField(),
    )
