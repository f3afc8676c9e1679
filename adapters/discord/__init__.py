"""Ajar on Discord. Imported only when Discord is configured."""
