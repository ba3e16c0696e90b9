// Plugins whose calls with `wait` return once a call with `go` arrives.
import { handler } from '../support.ts';

export const asyncGate = handler(
  [
    'def __init__(self):',
    '    self.gate = asyncio.Event()',
    'async def run_inference(self, inputs, parameters):',
    '    if "wait" in inputs:',
    '        await self.gate.wait()',
    '    elif "go" in inputs:',
    '        self.gate.set()',
    '    return {"pid": os.getpid()}',
  ].join('\n'),
  'import asyncio\nimport os',
);
export const threadGate = handler(
  [
    'def __init__(self):',
    '    self.gate = threading.Event()',
    'def predict(self, request):',
    '    if "wait" in request:',
    '        self.gate.wait()',
    '    elif "go" in request:',
    '        self.gate.set()',
    '    return {}',
  ].join('\n'),
  'import threading',
);
