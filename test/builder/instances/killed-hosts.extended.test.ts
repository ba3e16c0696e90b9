// Kills an instance's processes from outside. Their calls say so, and nothing counts as a crash of the plugin.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  artifactOf,
  coldCacheMs,
  executableSpec,
  execute,
  goMod,
  pipelinePlugin,
  startGoBuilder,
} from '../go-support.ts';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

const waiting = handler(
  'async def predict(self, request):\n    if "wait" in request:\n        await asyncio.Event().wait()\n    return {"started": STARTED}',
  'import asyncio\nimport time\nSTARTED = time.monotonic_ns()',
);

/** Has one instance at a time, whose processes a test kills. */
let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterEach(() => builder.send('POST', '/instances/stop-all', JSON.stringify({ idle_ms: 0 })));
afterAll(() => builder.close());

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

test('Python as the first process of its namespace gets no SIGTERM from outside', async () => {
  const id = await builder.run(waiting);
  const before = await builder.result(id);
  kill('innermost', 'SIGTERM');
  expect(await builder.result(id)).toEqual(before);
});

describe('Go', { tags: ['go', 'long'] }, () => {
  let artifact: string;
  beforeAll(async () => {
    await builder.close();
    builder = await startGoBuilder();
    const body = 'if action == "wait" { select {} }\n\treturn params, nil';
    artifact = await artifactOf(builder, { 'go.mod': goMod(), 'plugin.go': pipelinePlugin(body) });
  }, coldCacheMs);

  test.each(
    (['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const).flatMap((signal) =>
      (['outermost', 'innermost'] as const).flatMap((which) =>
        (['idle', 'in a call'] as const).map((when) => ({ signal, which, when })),
      ),
    ),
  )('no crash is counted if the $which process of a Go plugin gets $signal $when', async ({ signal, which, when }) => {
    const id = 'dep_go';
    expect((await builder.put(id, executableSpec(artifact))).at(-1)).toMatchObject({ type: 'ready' });
    const call = when === 'idle' ? undefined : execute(builder, id, 'wait');
    if (call) await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
    kill(which, signal);
    if (call) expect(refusal(await call)).toBe('503 instance-killed');
    await eventually(() => builder.status(id)).toMatchObject(killed);
    await eventually(() => execute(builder, id, 'go on')).toMatchObject({ status: 200 });
  });
});
