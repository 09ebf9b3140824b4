"""What members see: forms that become acts, receipts, refusals; no rule lives here."""
