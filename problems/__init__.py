"""The same event, the same problem again, what is unusual: pure functions over stored reports."""
