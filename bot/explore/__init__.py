"""Walking every path of a flow, to prove that none of them ends badly.

`search` walks, `actions` knows what a person can do at a question, `places` and `residues` tell
which states are one, `playing` turns a path into a conversation to read. Must not know how a turn
is taken.
"""
