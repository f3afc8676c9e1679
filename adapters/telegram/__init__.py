"""Telegram: its updates become events, replies become its calls."""
