// Tests what callers get when a batch's process hangs, dies, or is stopped, and when callers leave.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestHeader, takenBackHeader } from '../../../src/contract/builder/instances.ts';
import { laterHeader, timeoutHeader } from '../../../src/contract/builder/serving.ts';
import { eventually, handler, TestBuilder } from '../support.ts';
import { echo, outcome, run, sendInOrder, together, whileBusy } from './support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { callMs: 3000, hangMs: 300 } });
});
afterAll(() => builder.close());

async function batches(id: string): Promise<string[]> {
  const lines = await builder.logs(id);
  return lines.flatMap((line) => /^stdout: batch (.*)$/.exec(line)?.slice(1) ?? []);
}

test('if the process dies, each call of its batch runs once more, alone, and only the guilty one fails', async () => {
  const id = await run(builder, echo);
  const answers = await together(builder, id, [{ n: 1 }, { n: 2, die: true }, { n: 3 }]);
  expect(answers).toMatchObject([
    { result: { n: 1, together: [1] } },
    '502 instance-crashed',
    { result: { n: 3, together: [3] } },
  ]);
  expect(await batches(id)).toEqual(["['first']", '[1, 2, 3]', '[1]', '[2]', '[3]']);
});

test("a batch that ends in an error that CUDA can't recover from isn't divided: its calls go alone to a new process", async () => {
  const id = await run(builder, echo);
  const answers = await together(builder, id, [{ n: 1 }, { n: 2, poison: true }, { n: 3 }]);
  expect(answers).toMatchObject([
    { result: { n: 1, together: [1] } },
    { error: { message: expect.stringContaining("its CUDA context can't recover") } },
    { result: { n: 3, together: [3] } },
  ]);
  expect(await batches(id)).toEqual(["['first']", '[1, 2, 3]', '[1]', '[2]', '[3]']);
  await eventually(async () => (await builder.status(id)).restarts).toBe(2);
});

test('with `retry: false`, all calls of such a batch get the error', async () => {
  const id = await run(builder, echo, { retry: false });
  const answers = await together(builder, id, [{ n: 1 }, { n: 2, poison: true }]);
  expect(answers).toMatchObject([{ error: { type: 'RuntimeError' } }, { error: { type: 'RuntimeError' } }]);
  expect(await batches(id)).toEqual(["['first']", '[1, 2]']);
});

test('with `retry: false`, all calls of a batch whose process died get that error', async () => {
  const id = await run(builder, echo, { retry: false });
  const answers = await together(builder, id, [{ n: 1 }, { n: 2, die: true }]);
  expect(answers).toEqual(['502 instance-crashed', '502 instance-crashed']);
  expect(await batches(id)).toEqual(["['first']", '[1, 2]']);
});

test('the calls of a batch that hangs until their own time is over get `batch-lost`', async () => {
  const id = await run(builder, echo);
  expect(await together(builder, id, [{ n: 1, seconds: 60 }, { n: 2 }])).toEqual(['503 batch-lost', '503 batch-lost']);
  const lost =
    'host: The call ran in a batch of 2. No response within 3000 ms. Any call of the batch may be the cause.';
  expect((await builder.logs(id)).filter((line) => line === lost)).toHaveLength(2);
  expect(await outcome(builder, id, { n: 3, seconds: 60 })).toBe('504 call-timeout');
});

test('a call that has more time than the others of a hanging batch runs once more', async () => {
  const id = await run(builder, echo, {}, {}, { later_timeout_s: 20 });
  const [first] = await sendInOrder(builder, id, [{ n: 'first', seconds: 0.5 }]);
  const hanging = await sendInOrder(builder, id, [{ n: 1, seconds: 60 }]);
  const later = builder.fetch(`/instances/${id}/invoke`, {
    method: 'POST',
    headers: { [laterHeader]: '1' },
    body: '{"inputs":{"n":2},"parameters":{}}',
  });
  await first;
  expect(await Promise.all(hanging)).toEqual(['503 batch-lost']);
  expect(await (await later).json()).toMatchObject({ result: { n: 2, together: [2] } });
});

test('a call that has waited for most of its time ends alone, and the others of its batch are answered', async () => {
  const id = await run(builder, echo);
  const [first] = await sendInOrder(builder, id, [{ n: 'first', seconds: 2.2 }]);
  const [old] = await sendInOrder(builder, id, [{ n: 1 }]);
  await eventually(async () => (await builder.status(id)).load?.call_ms ?? 0).toBeGreaterThan(2500);
  const [young] = await sendInOrder(builder, id, [{ n: 2, seconds: 1.5 }]);
  await first;
  expect(await old).toBe('504 call-timeout');
  expect(await young).toMatchObject({ result: { n: 2, together: [1, 2] } });
  expect(await builder.status(id)).toMatchObject({ restarts: 0 });
});

test("a caller's own time limit ends its call, not the batch", async () => {
  const id = await run(builder, echo);
  const [first] = await sendInOrder(builder, id, [{ n: 'first', seconds: 0.5 }]);
  const impatient = builder.fetch(`/instances/${id}/invoke`, {
    method: 'POST',
    headers: { [timeoutHeader]: '700' },
    body: '{"inputs":{"n":1,"seconds":1},"parameters":{}}',
  });
  const other = outcome(builder, id, { n: 2 });
  await first;
  expect((await impatient).status).toBe(504);
  expect(await other).toMatchObject({ result: { n: 2, together: [1, 2] } });
  expect(await builder.status(id)).toMatchObject({ restarts: 0 });
});

test('a call whose caller left before its batch began is left out of it', async () => {
  const id = await run(builder, echo);
  const leaving = new AbortController();
  const [other] = await whileBusy(builder, id, async () => {
    const left = builder
      .fetch(`/instances/${id}/invoke`, {
        method: 'POST',
        signal: leaving.signal,
        body: '{"inputs":{"n":1},"parameters":{}}',
      })
      .catch(() => 'left');
    await eventually(async () => (await builder.status(id)).calls).toBe(2);
    const others = await sendInOrder(builder, id, [{ n: 2 }]);
    leaving.abort();
    expect(await left).toBe('left');
    await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(2);
    return others;
  });
  expect(await other).toMatchObject({ result: { n: 2, together: [2] } });
});

test('a coroutine is cancelled when nobody waits for its batch anymore, and the process goes on', async () => {
  const id = await run(
    builder,
    handler(
      [
        'async def run_many(self, inputs, parameters):',
        '    print("began", flush=True)',
        '    try:',
        '        await asyncio.sleep(inputs[0].get("seconds", 0))',
        '    except asyncio.CancelledError:',
        '        print("cancelled", context.cancelled, flush=True)',
        '        raise',
        '    return [{"n": one["n"]} for one in inputs]',
      ].join('\n'),
      'import asyncio\nfrom slipway import context',
    ),
  );
  const leaving = new AbortController();
  const body = '{"inputs":{"n":1,"seconds":60},"parameters":{}}';
  const left = builder
    .fetch(`/instances/${id}/invoke`, { method: 'POST', signal: leaving.signal, body })
    .catch(() => 'left');
  await eventually(() => builder.logs(id)).toContain('stdout: began');
  leaving.abort();
  await left;
  expect(await builder.result(id, { n: 2 })).toEqual({ n: 2 });
  expect(await builder.logs(id)).toContain('stdout: cancelled True');
  expect(await builder.status(id)).toMatchObject({ restarts: 0 });
});

test('a stopping instance runs the batches of the calls that it has accepted', async () => {
  const id = await run(builder, echo, { max_size: 2 });
  const { answers, stopped } = await whileBusy(builder, id, async () => {
    const waiting = await sendInOrder(builder, id, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    const stopping = builder.fetch(`/instances/${id}`, { method: 'DELETE', headers: { [takenBackHeader]: '1' } });
    return { answers: waiting, stopped: stopping };
  });
  expect(await Promise.all(answers)).toMatchObject([{ result: { n: 1 } }, { result: { n: 2 } }, { result: { n: 3 } }]);
  expect((await stopped).status).toBe(204);
});

test('several processes run a batch each, and a free one takes what has gathered', async () => {
  const named = handler(
    [
      'def load_model(self):',
      '    self.name = str(uuid.uuid4())',
      'def run_many(self, inputs, parameters):',
      '    time.sleep(inputs[0].get("seconds", 0))',
      '    return [{"process": self.name, "size": len(inputs)} for one in inputs]',
    ].join('\n'),
    'import time\nimport uuid',
  );
  const id = await run(builder, named, {}, { replicas: 2 });
  const [long] = await sendInOrder(builder, id, [{ seconds: 1.5 }]);
  const [short] = await sendInOrder(builder, id, [{ seconds: 0.5 }]);
  const answers = await Promise.all(await sendInOrder(builder, id, [{}, {}, {}]));
  expect(answers).toMatchObject(answers.map(() => ({ result: { size: 3 } })));
  const of = (answer: unknown) => (answer as { result: { process: string } }).result.process;
  expect(of(answers[0])).toBe(of(await short));
  expect(of(await long)).not.toBe(of(await short));
});

test('a call that Python cannot read is refused, and the others of its batch are answered', async () => {
  const id = await run(builder, echo);
  const body = '{"inputs":{"n":1,"number":NaN},"parameters":{}}'.replace('NaN', '9'.repeat(5000));
  const { other, unreadable } = await whileBusy(builder, id, async () => {
    const sent = builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body });
    await eventually(async () => (await builder.status(id)).calls).toBe(2);
    const [next] = await sendInOrder(builder, id, [{ n: 2 }]);
    return { other: next, unreadable: sent };
  });
  expect((await unreadable).status).toBe(422);
  expect(await other).toMatchObject({ result: { n: 2 } });
});

test('in a batch, the context describes each call, and marks what is printed for it', async () => {
  const id = await run(
    builder,
    handler(
      [
        'def run_many(self, inputs, parameters):',
        '    time.sleep(inputs[0].get("seconds", 0))',
        '    print("for all", flush=True)',
        '    for call in context.calls:',
        '        with call:',
        '            print("for one", context.request_id == call.request_id)',
        '    own = [{"request": one.request_id, "left": one.time_left > 1} for one in context.calls]',
        '    batch = {"request": context.request_id, "left": context.time_left > 1, "cancelled": context.cancelled}',
        '    return [{"own": one, "batch": batch} for one in own]',
      ].join('\n'),
      'import time\nfrom slipway import context',
    ),
  );
  const call = async (request: string, inputs: object) => {
    const headers = { [requestHeader]: request };
    const body = JSON.stringify({ inputs, parameters: {} });
    return (await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', headers, body })).json();
  };
  const first = call('req_0', { seconds: 0.5 });
  await eventually(async () => (await builder.status(id)).calls).toBe(1);
  const both = [call('req_1', {}), call('req_2', {})];
  const shared = { request: null, left: true, cancelled: false };
  expect(await first).toMatchObject({ result: { batch: { request: 'req_0' } } });
  expect(await Promise.all(both)).toMatchObject([
    { result: { own: { request: 'req_1', left: true }, batch: shared } },
    { result: { own: { request: 'req_2', left: true }, batch: shared } },
  ]);
  const lines = await builder.logLines(id);
  expect(lines.filter(({ line }) => line === 'for one True').map(({ request }) => request)).toEqual([
    'req_0',
    'req_1',
    'req_2',
  ]);
  expect(lines.filter(({ line }) => line === 'for all').map(({ request }) => request)).toEqual(['req_0', undefined]);
});
