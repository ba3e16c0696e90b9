// A plugin that ends, waits or works when a call asks it to, and the marks of its instances.
import { standbyHeader } from '../../../src/contract/builder/serving.ts';
import { handler, type TestBuilder } from '../support.ts';

/** `die` ends the process, `wait` never returns, `work` takes half a second. */
export const mortal = handler(
  [
    'async def run_inference(self, inputs, parameters):',
    '    if "die" in inputs:',
    '        os._exit(9)',
    '    if "wait" in inputs:',
    '        await asyncio.Event().wait()',
    '    if "work" in inputs:',
    '        await asyncio.sleep(0.5)',
    '    if "hold" in inputs:',
    '        await RELEASED.wait()',
    '    if "release" in inputs:',
    '        asyncio.get_running_loop().call_later(0.5, RELEASED.set)',
    '    return {"started": STARTED}',
  ].join('\n'),
  'import asyncio\nimport os\nimport time\nSTARTED = time.monotonic_ns()\nRELEASED = asyncio.Event()',
);

/** Sends a call or a standby mark with this value, and returns the response's status. */
export async function mark(on: TestBuilder, id: string, action: 'invoke' | 'standby', value: string): Promise<number> {
  const init = { method: 'POST', body: '{"inputs": {}, "parameters": {}}', headers: { [standbyHeader]: value } };
  return (await on.fetch(`/instances/${id}/${action}`, init)).status;
}
