"""What goes out by mail: the situation picture (lägesbild), notices, the outbox."""


class DigestError(Exception):
    """A situation picture cannot be made or sent; the message names the cause and the remedy."""
