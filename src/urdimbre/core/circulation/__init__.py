"""Signs that the common issues against what it holds or what it has voted."""
