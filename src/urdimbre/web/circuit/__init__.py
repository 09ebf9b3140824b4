"""The circuit itself: entrance, home, members, board, language."""
