"""Witnesses: cosigning the logs of others, and asking others to cosign this one."""
