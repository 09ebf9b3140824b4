"""Without a connection: the application is installed, and says honestly what waits."""
