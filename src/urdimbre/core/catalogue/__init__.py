"""What circuits count in: units and their definitions."""
