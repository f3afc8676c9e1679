"""Ajar: a private reflection companion. The core; it knows no platform library."""
