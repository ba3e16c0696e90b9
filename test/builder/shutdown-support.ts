// Ends builders while a plugin's calls are in progress.
import { eventually, handler, type TestBuilder } from './support.ts';

/** `wait` returns after `open`; `work` takes as long as a busy machine needs for the requests sent meanwhile. */
export const gated = handler(
  [
    'async def run_inference(self, inputs, parameters):',
    '    if "wait" in inputs:',
    '        await GATE.wait()',
    '    if "open" in inputs:',
    '        GATE.set()',
    '    if "work" in inputs:',
    '        await asyncio.sleep(6)',
    '    return inputs',
  ].join('\n'),
  'import asyncio\nGATE = asyncio.Event()',
);

export function exitOf({ process }: TestBuilder): Promise<unknown> {
  return new Promise((resolve) => process.once('exit', (code) => resolve(code)));
}

/** Sends SIGTERM, and waits until the builder has noticed it, so that the test's next request arrives after the signal. */
export async function terminate(builder: TestBuilder): Promise<void> {
  builder.process.kill('SIGTERM');
  await eventually(async () => (await builder.send('GET', '/health')).body).toMatchObject({ status: 'stopping' });
}
