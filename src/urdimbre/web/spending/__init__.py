"""What do we spend? Families say it for themselves; all see the sums only."""
