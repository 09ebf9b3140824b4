"""What members see: forms that become acts, receipts and refusals; no rule lives here."""
