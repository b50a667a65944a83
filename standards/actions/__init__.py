"""Writing and publishing guidance, and withdrawing an edition."""
