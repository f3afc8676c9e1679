"""Everything that can go wrong, by whose turn it is to act.

Owns the named failures of the core and of delivery. Each message is one sentence that says what is
wrong and what to do; none ever holds a token, a person's words or a platform id.
"""

from __future__ import annotations


class AjarError(Exception):
    """Any failure that has a sentence for a human. Exit code 2 at the command line."""


class ContentError(AjarError):
    """The writer has something to mend; `ajar check` shows what."""


class SettingsError(AjarError):
    """The operator has something to mend in the environment or `.env`."""


class StoreError(AjarError):
    """The database or its key cannot be used as it is; nothing was changed on disk."""


class AdapterStopped(AjarError):
    """A platform cannot be served until the operator acts (a revoked token, a wrong address).

    The other platforms go on.
    """


class DeliveryFailed(AjarError):
    """A reply did not reach its person."""


class Gone(DeliveryFailed):
    """The person cannot be reached until they write again: no retry."""


class Rejected(DeliveryFailed):
    """The platform refuses this very message; sending it again cannot help."""


class Throttled(DeliveryFailed):
    """The platform asks to wait `after` seconds, for this chat or (`everyone`) for all."""

    def __init__(self, after: float, *, everyone: bool = False) -> None:
        super().__init__(f"The platform asks to wait {after:g} s.")
        self.after = after
        self.everyone = everyone


class Transient(DeliveryFailed):
    """It surely did not arrive, and trying again later may help."""


class OutcomeUnknown(DeliveryFailed):
    """It may have arrived: the connection ended before the answer. A retry may double it."""
