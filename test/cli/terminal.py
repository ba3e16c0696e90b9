"""Runs a program at a terminal: `terminal.py ANSWER PROGRAM ARGUMENTS…`. Types the answer after the program has asked `[y/N]`."""

import json
import os
import pty
import sys

answer, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
output = b""
asked = False
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        # Linux reports the end of the program like this.
        break
    if not chunk:
        break
    output += chunk
    if not asked and b"[y/N] " in output:
        asked = True
        os.write(terminal, answer.encode() + b"\r")
_, status = os.waitpid(child, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "output": output.decode(), "asked": asked}))
