"""Tools for package environments. Each file runs on its own, as `python -I -S -B -X utf8 <file>`."""
