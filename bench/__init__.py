"""Benchmarks: what Ajar promises to reach, measured side by side with a plain reference."""
