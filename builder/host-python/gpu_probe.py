"""The plugin with which the builder tests a card before it lends it. It allocates memory on the card, and keeps it.

builder/server/probe/gpu-probe.ts starts it, with the module that allocates.
"""

import os

from allocate import hold


class RealtimeHandler:
    def predict(self, request):
        devices = sorted(os.listdir("/dev"))
        try:
            hold(request["bytes"])
        except (OSError, RuntimeError) as error:
            return {"failure": str(error), "devices": devices}
        return {"failure": None, "devices": devices}
