"""Common purchase: a pasted list, one buyer, what each household gets and pays."""
