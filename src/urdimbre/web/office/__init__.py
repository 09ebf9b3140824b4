"""The office: who writes for a member without a device, and what she allows."""
