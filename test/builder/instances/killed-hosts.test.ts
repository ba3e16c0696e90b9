// Kills an instance's processes from outside. Their calls say so, and nothing counts as a crash of the plugin.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

const waiting = handler(
  'async def predict(self, request):\n    if "wait" in request:\n        await asyncio.Event().wait()\n    return {"started": STARTED}',
  'import asyncio\nimport time\nSTARTED = time.monotonic_ns()',
);

let builder: TestBuilder;
beforeEach(async () => {
  builder = await TestBuilder.start();
});
afterEach(() => builder.close());

/** Signals the instance's outermost process or, if there are several, its innermost one. */
function kill(which: 'outermost' | 'innermost', signal: NodeJS.Signals): void {
  const pid = builder.workers().at(which === 'outermost' ? 0 : -1);
  if (pid === undefined) throw new Error('there is no process');
  process.kill(pid, signal);
}

const killed = { restarts: 1, early_crashes: 0, last_crash: { reason: expect.stringMatching(/^signal /) } };

test.each([
  ['SIGKILL', 'outermost'],
  ['SIGKILL', 'innermost'],
  ['SIGTERM', 'outermost'],
] as const)(
  'a call whose process gets %s from outside says so, and no crash is counted: the %s process',
  async (signal, which) => {
    const id = await builder.run(waiting);
    const before = await builder.result(id);
    const call = builder.invoke(id, { wait: true });
    await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
    kill(which, signal);
    expect(refusal(await call)).toBe('503 instance-killed');
    expect(await builder.result(id)).not.toEqual(before);
    expect(await builder.status(id)).toMatchObject(killed);
  },
);

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'an idle process that gets %s is started again, and no crash is counted',
  async (signal) => {
    const id = await builder.run(waiting);
    const before = await builder.result(id);
    kill('outermost', signal);
    await eventually(() => builder.status(id)).toMatchObject(killed);
    expect(await builder.result(id)).not.toEqual(before);
  },
);
