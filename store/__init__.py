"""What was received, decided, corrected and sent, kept."""
