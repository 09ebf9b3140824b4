"""Other circuits and hosts that this circuit deals with."""
