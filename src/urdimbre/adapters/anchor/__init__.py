"""Anchors: the log's checkpoint told to somebody outside, who keeps it.

Two sorts, each optional: events on an EVM chain (``event``, ``rpc``, ``outbox``,
``sending``, ``judging``) and timestamps after RFC 3161 (``stamping``). Sending runs in
a process of its own and only reads the circuit.
"""
