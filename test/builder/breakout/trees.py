# Fills a folder with trees that are hard to remove: paths over the length limit, names that aren't UTF-8, folders
# closed to their owner.
import os


def fill(top, levels=1500):
    chain(top, b"x" * 250, 24)
    chain(top, b"\xfe" * 255, levels)
    chain(top, b"y" * 255, levels // 5, mode=0o300)
    chain(top, b"z" * 255, levels // 5, mode=0)
    os.mkdir(os.path.join(top, "closed"), 0)
    os.symlink("/", os.path.join(top, "link"))
    os.mkfifo(os.path.join(top, "pipe"))
    folder = os.open(top, os.O_RDONLY)
    close_to_owner(folder, 0)


def chain(top, name, levels, mode=0o700):
    """Nests folders with the same name, each with a file. Each folder gets its mode once the next one is open."""
    folder = os.open(top, os.O_RDONLY)
    for level in range(levels):
        os.mkdir(name, 0o700, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(os.open(b"\xff\n", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=inner))
        if level > 0:
            close_to_owner(folder, mode)
        os.close(folder)
        folder = inner
    os.close(folder)


def close_to_owner(folder, mode):
    """Sets the mode if allowed. A plugin that runs as the builder's user can't change modes."""
    try:
        os.fchmod(folder, mode)
    except PermissionError:
        pass
