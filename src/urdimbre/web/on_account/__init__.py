"""The fiado notebook: who may fetch on whose account, and what was fetched."""
