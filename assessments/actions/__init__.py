"""What can be done to an assessment: the one spelling that page and API share."""
