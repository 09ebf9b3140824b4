"""Keys of persons: shown, added, braked, revoked, recovered; how many must sign."""
