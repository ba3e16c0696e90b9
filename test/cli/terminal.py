"""Runs a command on an 80-column pseudo-terminal, answers its prompts, and prints the result as JSON.

Usage: terminal.py ANSWERS COMMAND…, where ANSWERS is JSON: [[prompt, keys], …]. Types the keys once the prompt's
text has appeared. The command's standard output is a pipe, separate from the terminal.
"""

import json
import os
import pty
import select
import struct
import sys
import termios
from fcntl import ioctl

answers = json.loads(sys.argv[1])
out_read, out_write = os.pipe()
pid, terminal = pty.fork()
if pid == 0:
    os.dup2(out_write, 1)
    os.close(out_read)
    os.execvp(sys.argv[2], sys.argv[2:])

os.close(out_write)
ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
shown, stdout, searched, answered = b"", b"", 0, 0
streams = [terminal, out_read]
while streams:
    for stream in select.select(streams, [], [])[0]:
        try:
            data = os.read(stream, 65536)
        except OSError:
            # On Linux this error means that the other end of a terminal was closed.
            data = b""
        if not data:
            streams.remove(stream)
        elif stream == terminal:
            shown += data
        else:
            stdout += data
    while answers and answers[0][0].encode() in shown[searched:]:
        text, keys = answers.pop(0)
        searched = shown.index(text.encode(), searched) + len(text.encode())
        answered += 1
        os.write(terminal, keys.encode())

_, status = os.waitpid(pid, 0)
result = {
    "code": os.waitstatus_to_exitcode(status),
    "shown": shown.decode(),
    "stdout": stdout.decode(),
    "answered": answered,
}
print(json.dumps(result))
