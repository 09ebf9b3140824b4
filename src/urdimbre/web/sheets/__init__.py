"""Sheets of paper: typed line by line, written down, and compared with the record."""
