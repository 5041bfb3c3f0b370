"""The composition root: what runs as a process is put together here, from settings."""
