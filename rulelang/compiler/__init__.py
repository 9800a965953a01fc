"""From the text of a policy to its bundle, and to everything there is to say about its mistakes."""
