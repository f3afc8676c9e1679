"""The database: everything that outlives a process.

Owns what is kept, how it is sealed, and the transaction of a turn. Knows nothing of platforms, of
loops, or of what a conversation says. `bot.store.store.Store` is the way in.
"""
