"""`python -m voicebot` is the command `voicebot`."""

from voicebot.cli import main

if __name__ == "__main__":
    main()
