"""Makes and measures models/demo-zh, the Mandarin Vosk model for synthetic 8 kHz voices.
A development tool: the product never imports it, and only `build` needs the extra `train`."""
