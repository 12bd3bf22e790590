"""Report in, Assessment out: Swedish words to place, category, urgency and the rest, each with its evidence."""
