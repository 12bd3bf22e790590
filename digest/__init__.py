"""What goes out by mail: the situation picture (lägesbild), notices, the outbox."""
