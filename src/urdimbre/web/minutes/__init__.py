"""Minutes of a meeting, sealed with the decision that takes effect by them."""
