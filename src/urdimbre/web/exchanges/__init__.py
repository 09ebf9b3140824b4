"""Exchanges: forms, drafts, confirmation, receipts and the statement."""
