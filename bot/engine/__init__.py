"""The conversation itself: pure and synchronous. Time, chance and content are arguments."""
