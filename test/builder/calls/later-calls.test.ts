// Tests calls that are answered later, which may take longer than their instance's other calls.
// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { laterHeader } from '../../../src/contract/builder/serving.ts';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { hangMs: 300, drainMs: 100, drainMaxMs: 100 } });
});
afterAll(() => builder.close());

async function callLater(id: string, inputs: object) {
  const body = JSON.stringify({ inputs, parameters: {} });
  const response = await builder.fetch(`/instances/${id}/invoke`, {
    method: 'POST',
    body,
    headers: { [laterHeader]: '1' },
  });
  return { status: response.status, body: await response.json() };
}

const sleeper = handler(
  [
    'def predict(self, request):',
    '    left = context.time_left',
    '    print("began", flush=True)',
    '    time.sleep(request["seconds"])',
    '    return {"left": round(left)}',
  ].join('\n'),
  'import time\nfrom slipway import context',
);

async function start(id: string, more: object = {}): Promise<string> {
  const permissions = { timeout_s: 1, later_timeout_s: 3 };
  await builder.put(id, { ...(await builder.putPlugin(sleeper)), permissions, ...more });
  return id;
}

test('a later call has its own time limit, which its handler can read', async () => {
  const id = await start('dep_later');
  expect(refusal(await builder.invoke(id, { seconds: 1.1 }))).toBe('504 call-timeout');
  expect(await callLater(id, { seconds: 1.2 })).toMatchObject({ body: { result: { left: 3 } } });
});

test('a later call that hangs ends its process after its own time limit', async () => {
  const id = await start('dep_hangs');
  expect(refusal(await callLater(id, { seconds: 60 }))).toBe('504 call-timeout');
  const meanwhile = callLater(id, { seconds: 60 });
  await eventually(async () => (await builder.status(id)).last_crash?.reason).toBe(
    'a call was still running 300 ms after its time limit of 3 s',
  );
  expect(await meanwhile).toMatchObject({ body: { error: { message: expect.stringContaining('`later_timeout_s`') } } });
  expect((await builder.logs(id)).filter((line) => line.includes('A call'))).toEqual([
    'host: A call did not end within 3 s.',
  ]);
});

test('a stopped instance lets its later calls finish, and reports itself busy until then', async () => {
  const id = await start('dep_stopped');
  const answer = callLater(id, { seconds: 1.5 });
  await eventually(() => builder.logs(id)).toEqual(['stdout: began']);
  const remove = () => builder.send('DELETE', `/instances/${id}`);
  expect([refusal(await remove()), refusal(await remove())]).toEqual(['503 instance-busy', '503 instance-busy']);
  expect(refusal(await builder.invoke(id))).toBe('404 instance-gone');
  expect(await answer).toMatchObject({ status: 200, body: { status: 'success' } });
  await eventually(async () => (await builder.send('GET', `/instances/${id}`)).status).toBe(404);
});

test("a later call's duration doesn't cause other waiting calls to be refused", async () => {
  const id = await start('dep_turns', { serving: { replicas: 1, concurrency: 1 } });
  await callLater(id, { seconds: 1.5 });
  const both = [builder.invoke(id, { seconds: 0 }), builder.invoke(id, { seconds: 0 })];
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
});
