"""The review file: where staff have the last word."""
