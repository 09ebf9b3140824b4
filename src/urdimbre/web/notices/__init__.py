"""Notices: what is told to a member who is not looking, by which way, and how often."""
