"""The tag with which every screen leads to its page of the handbook."""
