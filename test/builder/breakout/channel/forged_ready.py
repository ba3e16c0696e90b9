"""Reports that it is ready during its import, and then hangs. Installed as the plugin's realtime.py."""

import time

from .frames import event, write

write(event(type="ready"))
time.sleep(3600)
