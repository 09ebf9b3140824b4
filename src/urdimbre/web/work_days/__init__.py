"""Work days: who is called to common work, and the roster of who was there."""
