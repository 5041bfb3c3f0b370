"""Makes clips of what picks up, with labels: announcements, tones, music, people, voicemails, assistants, IVRs, fax.
A development tool: the product reads the labels it writes (`voicebot answer test`) and never imports it."""
