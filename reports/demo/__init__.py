"""Fictional agencies and people, and self-assessments made through the service's own actions."""
