"""What leaves the machine or depends on it: storage, consensus, keys."""
