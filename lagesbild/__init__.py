"""The application: command line, settings, wiring, the flow and the service."""
