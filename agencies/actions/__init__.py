"""What can be done to agencies, people, invitations and tokens."""
