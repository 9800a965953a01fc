"""What a policy remembers between messages: the stores, one a file, and how one is opened."""

from __future__ import annotations

from rulelang.runtime.state.interface import Store


def open_store(address: str) -> Store:
    """The store that `address` names; today there is `memory:`.

    Raises ValueError, with a sentence for the user, for an address that names no store.
    """
    if address == "memory:":
        from rulelang.runtime.state.memory import MemoryStore

        return MemoryStore()
    raise ValueError(f"`{address}` names no store: this version knows `memory:`")
