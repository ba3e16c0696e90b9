"""Runs the command in its arguments, discards the output, and prints wall time and CPU time in seconds, including
child processes.
"""

import resource
import subprocess
import sys
import time

started = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wall = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime)
