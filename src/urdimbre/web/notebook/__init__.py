"""The common notebook: last acts and blocks, checkpoint, verification."""
