// Tests crashes, restarts and stops of an instance, none of which affects other instances.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, refusal, TestBuilder } from '../support.ts';
import { mark, mortal } from './mortal-plugin.ts';

/** Has no instances between tests. */
let empty: TestBuilder;
beforeAll(async () => {
  empty = await TestBuilder.start();
});
afterAll(() => empty.close());

function homes(of: TestBuilder): string[] {
  return readdirSync(join(of.stateFolder, 'instances'));
}

describe('a process that ends', () => {
  test('calls fail when their process exits, and the next call starts a new process', async () => {
    const id = await empty.run(mortal);
    const before = await empty.result(id);
    const waiting = empty.invoke(id, { wait: true });
    await eventually(async () => (await empty.status(id)).calls_in_flight).toBe(1);
    expect(refusal(await empty.invoke(id, { die: true }))).toBe('502 instance-crashed');
    expect(refusal(await waiting)).toBe('502 instance-crashed');
    expect(await empty.result(id)).not.toEqual(before);
    expect(await empty.status(id)).toMatchObject({
      ...{ state: 'ready', restarts: 1, calls_in_flight: 0 },
      last_crash: { at: expect.any(String), reason: 'exit code 9' },
    });
    expect(await empty.logs(id)).toEqual(['host: The process exited: exit code 9. Restarting.']);
    await empty.send('DELETE', `/instances/${id}`);
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
});

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
