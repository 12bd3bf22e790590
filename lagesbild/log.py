"""Logging: one line an event on standard error, with numbers and names of rules, never text, subjects or addresses."""

import logging
import sys

import structlog

# Libraries whose records may hold parts of mails: mail-parser logs whole header lines when it fails to decode them.
TALKATIVE = ("mailparser", "imapclient", "fontTools", "matplotlib")


def configure() -> None:
    """Sets up structlog: readable on a terminal, JSON lines where a service manager collects them."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the one of that moment
    )
