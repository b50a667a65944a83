"""What can be done about personal data: the one spelling that page and API share."""
