"""Security of a member's way in: how she enters, where she is inside, what happened."""
