"""What happens in San Isidro, one kind of scene to a module."""
