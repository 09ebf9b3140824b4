"""Keys: the one pinned verifier and the keys that the server holds."""
