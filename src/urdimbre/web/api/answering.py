"""Statuses that every operation may answer with, one shape for all of them."""

READ = frozenset([401, 403, 404, 422, 429])
WRITE = READ | {400, 409, 413, 500, 503}
