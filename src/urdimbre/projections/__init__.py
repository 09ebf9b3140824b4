"""What pages read: tables derived from the log, dropped and rebuilt at will."""
