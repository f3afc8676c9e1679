"""Content as data: read, checked, looked up. Pure; knows nothing of people or platforms."""
