"""Exchange: deals made of moves, grouped under a mode; what answers and mends them."""
