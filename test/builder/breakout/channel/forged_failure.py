"""Reports that it is ready, and then that it failed. Installed as the plugin's realtime.py."""

import time

from .frames import event, write

write(event(type="ready"))
write(event(type="failed", error={"code": "load-failed", "message": "x"}))
time.sleep(3600)
