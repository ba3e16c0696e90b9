"""Reports that it is ready during its import, and answers a probe that it hasn't received. Installed as the plugin's
realtime.py.
"""

import time

from .frames import PROBED, event, send, write

write(event(type="ready"))
send(PROBED, 0, bytes(16))
time.sleep(3600)
