"""The Python side of the builder. Nothing in here installs packages, opens a network connection or reads manifest.py."""
