"""Offers and needs: what members can give and what they look for."""
