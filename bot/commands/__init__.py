"""The commands of `ajar`, one module each. Each imports what it needs only when it runs."""
