"""The capability *handbook* on screen: how each thing is done, beside the thing."""
