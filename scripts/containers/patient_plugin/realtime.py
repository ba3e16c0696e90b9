"""Waits as long as the caller asks."""

import asyncio

from shared.plugins.inference.serve import BaseInferenceService


class PatientInferenceService(BaseInferenceService):
    async def run_inference(self, inputs: dict, parameters: dict) -> dict:
        print("called", inputs, flush=True)
        await asyncio.sleep(inputs.get("seconds", 0))
        return {"waited": inputs.get("seconds", 0)}
