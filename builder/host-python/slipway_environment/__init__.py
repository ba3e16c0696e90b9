"""Tools of environments of packages. Each file runs on its own, as `python -I -S -B -X utf8 <file>`."""
