"""Makes and measures models/demo-zh and models/demo-en, the Vosk models for synthetic 8 kHz voices.
A development tool: the product never imports it, and only `build` needs the extra `train`."""
