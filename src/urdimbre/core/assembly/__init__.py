"""What members decide together, and how it takes effect."""
