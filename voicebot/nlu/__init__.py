"""Training, measuring and widening what understanding knows: work at a desk, never in a call."""
