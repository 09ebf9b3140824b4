"""How a circuit begins and is kept: genesis, node, clock, rules, withdrawn drafts."""
