"""The Python side of the builder. Nothing here installs packages, opens a network connection or reads manifest.py."""
