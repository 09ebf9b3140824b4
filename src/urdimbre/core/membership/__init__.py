"""Who belongs, with which keys, and who speaks for whom."""
