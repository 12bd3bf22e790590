"""Bytes in, Reports out: fetching mail and reading what it says."""
