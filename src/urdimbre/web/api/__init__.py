"""The API: what other programs may read and do for a member, and her page on them."""
