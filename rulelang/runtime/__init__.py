"""From a bundle and a message to a decision and the callback that carries it."""
