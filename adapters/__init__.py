"""Translators between a platform and Ajar's events and replies."""
