"""Market mode: one tablet, line after line, a sheet read aloud and attested by two."""
