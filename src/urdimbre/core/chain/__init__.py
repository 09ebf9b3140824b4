"""The registry's chain: trees, checkpoints and proofs in published formats."""
