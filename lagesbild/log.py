"""Logging: one line an event on standard error, with numbers and names of rules, never text, subjects or addresses.

Whoever logs takes `log` from here: it is set up by the import, so that a command that logs nothing does not pay for it.
"""

import sys

import structlog

# Readable on a terminal, JSON lines where a service manager collects them.
_json = structlog.processors.JSONRenderer(ensure_ascii=False)
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else _json,
    ],
    logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the one of that moment; stdout is for what is asked
)
log = structlog.get_logger()
