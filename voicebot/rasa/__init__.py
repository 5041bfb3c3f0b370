"""A Rasa 3.6 server as an engine: HTTP client, circuit breaker, and the fallback to the embedded engine.

What its answers mean is `understanding/rasa.py`, which does no I/O.
"""
