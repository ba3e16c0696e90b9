// Tests crashes, restarts and stops of an instance, none of which affects other instances.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standbyHeader } from '../../../src/contract/builder/serving.ts';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

/** `die` ends the process, `wait` never returns, `work` takes half a second. */
const mortal = handler(
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

let builder: TestBuilder;
/** Has no instances between tests. */
let empty: TestBuilder;
beforeAll(async () => {
  [builder, empty] = await Promise.all([TestBuilder.start(), TestBuilder.start()]);
});
afterAll(() => Promise.all([builder.close(), empty.close()]));

function homes(of: TestBuilder): string[] {
  return readdirSync(join(of.stateFolder, 'instances'));
}

describe('a process that ends', () => {
  test('calls fail when their process exits, and the next call starts a new process', async () => {
    const id = await builder.run(mortal);
    const before = await builder.result(id);
    const waiting = builder.invoke(id, { wait: true });
    await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
    expect(refusal(await builder.invoke(id, { die: true }))).toBe('502 instance-crashed');
    expect(refusal(await waiting)).toBe('502 instance-crashed');
    expect(await builder.result(id)).not.toEqual(before);
    expect(await builder.status(id)).toMatchObject({
      ...{ state: 'ready', restarts: 1, calls_in_flight: 0 },
      last_crash: { at: expect.any(String), reason: 'exit code 9' },
    });
    expect(await builder.logs(id)).toEqual(['host: The process exited: exit code 9. Restarting.']);
  });

  test("a process that ends twice is restarted after a delay, and calls that can't wait that long are refused", async () => {
    const hasty = await TestBuilder.start({ limits: { readyWaitMs: 100 } });
    const id = await hasty.run(mortal);
    await hasty.invoke(id, { die: true });
    await eventually(async () => (await hasty.invoke(id)).status).toBe(200);
    await hasty.invoke(id, { die: true });
    const response = await hasty.fetch(`/instances/${id}/invoke`, { method: 'POST', body: '{}' });
    expect(refusal({ status: response.status, body: await response.json() })).toBe('503 instance-restarting');
    expect(response.headers.get('retry-after')).toBe('1');
    expect((await hasty.status(id)).state).toBe('restarting');
    await eventually(async () => (await hasty.invoke(id)).status).toBe(200);
    expect((await hasty.status(id)).restarts).toBe(2);
    await hasty.close();
  });

  test('a process that ends is restarted, and PUT reports the start', { tags: 'long' }, async () => {
    const id = await builder.run(mortal);
    const spec = await builder.putPlugin(mortal);
    await builder.invoke(id, { die: true });
    expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready', instance: { id, restarts: 1 } });
  });

  test('a process that ends is recorded, and so is a failed restart, with the beginning of the reason and without secrets', async () => {
    const spec = { ...(await empty.putPlugin(mortal)), secrets: { TOKEN: 'token-of-the-service' } };
    await empty.put('dep_reasons', spec);
    expect(await empty.status('dep_reasons')).toMatchObject({ restarts: 0, last_crash: null });
    const folder = join(empty.stateFolder, 'instances');
    const [code = ''] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('/realtime.py'),
    );
    writeFileSync(join(folder, code), `raise ValueError("token-of-the-service, ${'x'.repeat(1000)}")`);
    await empty.invoke('dep_reasons', { die: true });
    await eventually(async () => (await empty.status('dep_reasons')).last_crash?.reason.slice(0, 80)).toMatch(
      /ValueError: \*\*\*, xxx/,
    );
    const { last_crash: last } = await empty.status('dep_reasons');
    expect([last?.reason.length, new Date(last?.at ?? '').toISOString()]).toEqual([500, last?.at]);
    await empty.send('DELETE', '/instances/dep_reasons');
  });

  test('a process that ends affects no other instance', { tags: 'long' }, async () => {
    const dies = await builder.run(mortal);
    const lives = await builder.run(mortal);
    const before = await builder.result(lives);
    await builder.invoke(dies, { die: true });
    expect(await builder.result(lives)).toEqual(before);
    expect((await builder.status(lives)).restarts).toBe(0);
  });
});

describe('DELETE', () => {
  test('DELETE lets calls finish, accepts no new ones, and leaves nothing behind', async () => {
    const id = await empty.run(mortal);
    const working = empty.call(id, { work: true });
    await eventually(async () => (await empty.status(id)).calls_in_flight).toBe(1);
    const stopped = empty.send('DELETE', `/instances/${id}`);
    await eventually(async () => (await empty.status(id)).state).toBe('draining');
    expect(refusal(await empty.invoke(id))).toBe('404 instance-gone');
    expect(await working).toMatchObject({ status: 'success' });
    expect(await stopped).toEqual({ status: 204, body: undefined });
    expect(refusal(await empty.send('GET', `/instances/${id}`))).toBe('404 instance-gone');
    expect(empty.workers()).toEqual([]);
    expect(homes(empty)).toEqual([]);
  });

  test('DELETE waits for calls for a limited time, after which the remaining calls can be repeated elsewhere', {
    tags: 'long',
  }, async () => {
    const strict = await TestBuilder.start({ limits: { drainMs: 200, drainMaxMs: 200 } });
    const id = await strict.run(mortal);
    const waiting = strict.invoke(id, { wait: true });
    await eventually(async () => (await strict.status(id)).calls_in_flight).toBe(1);
    expect(await strict.send('DELETE', `/instances/${id}`)).toEqual({ status: 204, body: undefined });
    expect(refusal(await waiting)).toBe('404 instance-gone');
    await strict.close();
  });

  test('DELETE ends a start in progress', { tags: 'long' }, async () => {
    const spec = await empty.putPlugin({ 'realtime.py': 'while True:\n    pass\n' });
    const started = empty.put('dep_loading', spec);
    await eventually(() => empty.workers().length).toBeGreaterThan(0);
    expect(await empty.send('DELETE', '/instances/dep_loading')).toEqual({ status: 204, body: undefined });
    expect((await started).at(-1)).toEqual({
      type: 'failed',
      error: { code: 'process-killed', message: 'The instance was stopped.' },
    });
    expect(empty.workers()).toEqual([]);
    expect(homes(empty)).toEqual([]);
  });

  test('DELETE frees the ID while the old instance is still draining', { tags: 'long' }, async () => {
    const spec = await builder.putPlugin(mortal);
    await builder.put('dep_reused', spec);
    const working = builder.call('dep_reused', { work: true });
    await eventually(async () => (await builder.status('dep_reused')).calls_in_flight).toBe(1);
    const stopped = builder.send('DELETE', '/instances/dep_reused');
    await eventually(async () => (await builder.status('dep_reused')).state).toBe('draining');
    expect((await builder.put('dep_reused', spec)).at(-1)).toMatchObject({ type: 'ready' });
    expect(await working).toMatchObject({ status: 'success' });
    await stopped;
    expect(await builder.status('dep_reused')).toMatchObject({ state: 'ready', calls: 0 });
  });
});

async function mark(on: TestBuilder, id: string, action: 'invoke' | 'standby', value: string): Promise<number> {
  const init = { method: 'POST', body: '{"inputs": {}, "parameters": {}}', headers: { [standbyHeader]: value } };
  return (await on.fetch(`/instances/${id}/${action}`, init)).status;
}

describe('an idle instance', () => {
  let sleepy: TestBuilder;
  beforeAll(async () => {
    sleepy = await TestBuilder.start({ limits: { idleMs: 200, drainMaxMs: 1 } });
  });
  afterAll(() => sleepy.close());

  test('an idle instance is stopped, and can be started again', async () => {
    const id = await sleepy.run(mortal);
    await eventually(async () => refusal(await sleepy.send('GET', `/instances/${id}`))).toBe('404 instance-gone');
    expect(homes(sleepy)).toEqual([]);
    await sleepy.put(id, await sleepy.putPlugin(mortal));
    expect((await sleepy.invoke(id)).status).toBe(200);
  });

  test('an idle instance on standby is stopped sooner, until a newer mark makes it live', {
    tags: 'long',
  }, async () => {
    // Long enough to send two marks in a row, even on a busy machine.
    const brief = await TestBuilder.start({ limits: { standbyIdleMs: 3000 } });
    const [standby, back, serving] = [await brief.run(mortal), await brief.run(mortal), await brief.run(mortal)];
    await mark(brief, back, 'standby', '1 2');
    expect([await mark(brief, back, 'invoke', '0 3'), await mark(brief, standby, 'invoke', '1 2')]).toEqual([200, 200]);
    await eventually(async () => refusal(await brief.send('GET', `/instances/${standby}`))).toBe('404 instance-gone');
    for (const id of [back, serving])
      expect((await brief.send('GET', `/instances/${id}`)).body).toMatchObject({ state: 'ready', standby: false });
    await brief.close();
  });

  test.each([
    ['0 1', true],
    ['0', true],
    ['0 -9', true],
    ['0 9e9', true],
    ['0 2', false],
    ['0 3', false],
  ])(
    'a call marked %j, after a standby mark with ticket 2, leaves the instance on standby: %s',
    { tags: 'long' },
    async (said, standby) => {
      const id = await builder.run(mortal);
      await mark(builder, id, 'standby', '1 2');
      expect(await mark(builder, id, 'invoke', said)).toBe(200);
      expect(await builder.status(id)).toMatchObject({ standby });
      await mark(builder, id, 'invoke', '1 2');
      expect(await builder.status(id)).toMatchObject({ standby });
    },
  );

  test('an idle instance is not stopped while it has a call in progress', async () => {
    const id = await sleepy.run(mortal);
    const answers = await Promise.all([sleepy.invoke(id, { work: true }), sleepy.invoke(id, { work: true })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

test('all instances can be stopped, or only those without a recent call; their calls may finish', async () => {
  const stopAll = (idle_ms: number) => empty.send('POST', '/instances/stop-all', JSON.stringify({ idle_ms }));
  const [working, idle] = [await empty.run(mortal), await empty.run(mortal)];
  const call = empty.invoke(working, { hold: true });
  await eventually(async () => (await empty.status(working)).calls_in_flight).toBe(1);
  expect(await stopAll(1)).toEqual({ status: 204, body: undefined });
  expect(refusal(await empty.invoke(idle))).toBe('404 instance-gone');
  expect((await empty.status(working)).calls_in_flight).toBe(1);
  await empty.invoke(working, { release: true });
  await stopAll(0);
  expect((await call).status).toBe(200);
  expect(refusal(await empty.invoke(working))).toBe('404 instance-gone');
  expect(refusal(await stopAll(-1))).toBe('422 invalid-request');
});
