"""Pages of data protection: removals, and everything of an agency as one file."""
