"""The loops: the only part of Ajar that waits."""
