"""Reports that it is ready while it is imported, and answers the probe that it has not got. This file is the plugin's realtime.py."""

import time

from .frames import PROBED, event, send, write

write(event(type="ready"))
send(PROBED, 0, bytes(16))
time.sleep(3600)
