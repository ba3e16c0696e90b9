// Tests calls to generator handlers over HTTP: server-sent events for callers that accept a stream, and an array for all others.
import { beforeAll, describe, expect, test } from 'vitest';
import type { CallLines, CallStreamLine } from '../../src/contract/builder/answers.ts';
import { jsonNull } from '../../src/core/json/text.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { invokeStreaming, type StreamEvent } from '../../src/serve/stream.ts';
import { unwrittenCalls } from '../../src/traffic/call-counters.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf, textOf } from '../support/json-text.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';
import { waitFor } from '../support/waiting.ts';

const yielding = `import os


class CountingInferenceService:
    def run_inference(self, inputs, parameters):
        if "returns" in inputs:
            return {"count": inputs["count"]}
        return self.values(inputs)

    def values(self, inputs):
        try:
            for i in range(inputs["count"]):
                if i == inputs.get("fails_at"):
                    raise ValueError("broken")
                if i == inputs.get("ends_at"):
                    os._exit(3)
                if i == inputs.get("prints_at"):
                    print("reached", flush=True)
                yield {"i": i, "text": inputs.get("text", "")}
        except GeneratorExit:
            print("closed", flush=True)
            raise
`;

let org: Organization;
let at: string;
beforeAll(async () => {
  org = await organization();
  at = `${org.plugins}/hello_ext_1_0_0`;
  await publish(org, plugin({ files: { 'realtime.py': yielding } }));
  await org.post(`${at}/deploy`);
  await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
    interval: 100,
  });
});

const paths = () => [
  `${at}/realtime/test`,
  `${org.plugins}/by-name/hello_ext/realtime`,
  `${org.plugins}/by-name/hello_ext/realtime/test`,
];

const send = (inputs: object, accept: string, path = `${at}/realtime/test`) =>
  org.send('POST', path, { body: { inputs }, headers: { accept } });

const stream = (inputs: object, path?: string) => send(inputs, 'text/event-stream', path);

async function open(inputs: object): Promise<Response> {
  const headers = { authorization: `Bearer ${org.key}`, accept: 'text/event-stream' };
  const body = JSON.stringify({ inputs });
  return org.fetch(new Request(`http://slipway.test${at}/realtime/test`, { method: 'POST', headers, body }));
}

/** Returns each event as [name, data]. */
function eventsOf(text: string): [string, unknown][] {
  return [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, name = '', data = '']) => [
    name,
    JSON.parse(data),
  ]);
}

async function printed(): Promise<string[]> {
  const { body } = await org.get(`${at}/logs`);
  const lines: { line: string }[] = Object(body).lines;
  return lines.map(({ line }) => line);
}

test('every route that calls an extractor streams what its handler yields', async () => {
  for (const path of paths()) {
    const { headers, status, text } = await stream({ count: 3 }, path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const end = { duration_ms: expect.any(Number), deployment_id: expect.stringMatching(/^dep_/) };
    expect(eventsOf(text)).toEqual([...[0, 1, 2].map((i) => ['chunk', { i, text: '' }]), ['done', end]]);
  }
});

test.each([['*/*'], ['application/json'], ['text/event-stream;q=0'], ['application/json, text/event-stream; q=0.0']])(
  'a caller that accepts %s gets the values as an array',
  async (accept) => {
    for (const path of paths()) {
      const { body } = await send({ count: 2 }, accept, path);
      const values = [0, 1].map((i) => ({ i, text: '' }));
      expect(body).toMatchObject({
        status: 'success',
        raw_response: values,
        response_type: 'list',
        response_keys: null,
      });
    }
  },
);

test.each(['text/event-stream', 'application/json, text/event-stream;q=0.5', 'TEXT/EVENT-STREAM'])(
  'a caller that accepts %s gets a stream',
  async (accept) => {
    expect((await send({ count: 1 }, accept)).headers.get('content-type')).toBe('text/event-stream');
  },
);

test('a handler that yields nothing answers with JSON, whatever the caller accepts', async () => {
  const { body, headers } = await stream({ count: 1, returns: true });
  expect(headers.get('content-type')).toContain('application/json');
  expect(body).toMatchObject({ status: 'success', raw_response: { count: 1 } });
});

test('an answer that must be checked is not streamed', async () => {
  const { body } = await stream({ count: 1 }, `${at}/realtime/test?check_output=true`);
  const error = expect.stringContaining('OutputMismatch: value 1: hello_ext_vector');
  expect(body).toMatchObject({ status: 'error', error, raw_response: [{ i: 0, text: '' }] });
});

test('10,000 values arrive in order', async () => {
  const events = eventsOf((await stream({ count: 10_000 })).text);
  expect(events.slice(0, -1)).toEqual(Array.from({ length: 10_000 }, (_, i) => ['chunk', { i, text: '' }]));
  expect(events.at(-1)?.[0]).toBe('done');
});

test('an exception is the last event, and has the same form as any other error response', async () => {
  const events = eventsOf((await stream({ count: 3, fails_at: 2 })).text);
  expect(events.map(([name]) => name)).toEqual(['chunk', 'chunk', 'error']);
  expect(events.at(-1)?.[1]).toMatchObject({ status: 'error', error: 'ValueError: broken', raw_response: null });
});

test('the end of the process is an error event, and the next call is answered', async () => {
  const events = eventsOf((await stream({ count: 3, ends_at: 2 })).text);
  expect(events.at(-1)).toMatchObject(['error', { error: expect.stringMatching(/^InstanceCrashed: /) }]);
  expect(eventsOf((await stream({ count: 1 })).text)).toHaveLength(2);
});

test("a reader that stops reading pauses the generator, despite the runtime's buffers", async () => {
  const { body } = await open({ count: 200, text: 'x'.repeat(200_000), prints_at: 199 });
  const reader = body?.getReader();
  await reader?.read();
  await stream({ count: 1, prints_at: 0 });
  await waitFor(async () => expect(await printed()).toContain('reached'));
  expect((await printed()).filter((line) => line === 'reached')).toHaveLength(1);
  let bytes = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) bytes += part.value.length;
  expect(bytes).toBeGreaterThan(199 * 200_000);
  expect((await printed()).filter((line) => line === 'reached')).toHaveLength(2);
});

test('a reader that disconnects closes the generator', async () => {
  const before = (await printed()).length;
  const { body } = await open({ count: 1e9 });
  const reader = body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await waitFor(async () => expect((await printed()).slice(before)).toEqual(['closed']));
});

describe('a stream in the Worker', () => {
  const callee = { by: 'version' as const, pluginId: 'hello_ext_1_0_0' };
  const call = callOf();

  /** Returns the lines of a builder, with an error in place of those that remain. */
  function linesOf(parts: (CallStreamLine[] | Error)[]): CallLines {
    const left = [...parts];
    return {
      read: async () => {
        const part = left.shift();
        if (part instanceof Error) throw part;
        return part;
      },
      cancel: async () => {},
    };
  }

  async function live(): Promise<Scene> {
    const s = await scene({ files: { 'realtime.py': yielding } });
    await advanceDeployment(s.deps, (await deploy(s)).id);
    return s;
  }

  function streaming(s: Scene, parts: (CallStreamLine[] | Error)[]) {
    const builder = { ...s.deps.builder, callStreaming: async () => ({ lines: linesOf(parts) }) };
    const deps = { ...s.deps, builder, ...emptyCallCaches() };
    return { deps, opened: invokeStreaming(deps, s.actor, { namespaceId: s.namespaceId, ...callee }, call) };
  }

  async function read(opened: ReturnType<typeof invokeStreaming>): Promise<StreamEvent[]> {
    const invocation = await opened;
    if (!('read' in invocation)) throw new Error('It is not streamed');
    const events: StreamEvent[] = [];
    for (let part = await invocation.read(); part; part = await invocation.read()) events.push(...part);
    return events;
  }

  const failed = [{ calls: 1, errors: 1 }];

  test.each<[string, CallStreamLine[] | Error | undefined, string, string, typeof failed]>([
    ['is lost', undefined, 'CallInterrupted', 'The plugin cannot be reached', []],
    [
      'stops its instance',
      [{ error: { code: 'instance-gone', message: 'It is stopped.' } }],
      'CallInterrupted',
      'The instance was stopped before its stream ended.',
      [],
    ],
    [
      'ends it for its time',
      [{ error: { code: 'call-timeout', message: '' } }],
      'CallTimeout',
      'The stream did not end within 720 s',
      failed,
    ],
    [
      'loses its process',
      [{ error: { code: 'instance-crashed', message: 'It crashed.' } }],
      'InstanceCrashed',
      'It crashed.',
      failed,
    ],
    [
      'reads no value',
      [{ error: { code: 'answer-invalid', message: 'Too deep.' } }],
      'InvalidAnswer',
      'Too deep.',
      failed,
    ],
  ])('a stream whose builder %s ends with an error', async (_, part, type, message, counts) => {
    const s = await live();
    const parts = part ? [part] : [];
    const { deps, opened } = streaming(s, [[{ value: textOf(1) }], ...parts]);
    const events = await read(opened);
    expect(events[0]).toEqual({ value: textOf(1) });
    expect(events[1]).toMatchObject({
      end: { status: 'error', error: { type, message: expect.stringContaining(message) } },
    });
    expect(events).toHaveLength(2);
    expect(unwrittenCalls(deps.calls, s.namespaceId)).toMatchObject(counts);
  });

  test('a stream is counted once, at its end', async () => {
    const s = await live();
    const end = { end: { status: 'success' as const, result: jsonNull, duration_ms: 1 } };
    const { deps, opened } = streaming(s, [[{ value: textOf(1) }], [], [end]]);
    const invocation = await opened;
    expect(unwrittenCalls(deps.calls, s.namespaceId)).toEqual([]);
    expect(await read(Promise.resolve(invocation))).toEqual([{ value: textOf(1) }, end]);
    expect(unwrittenCalls(deps.calls, s.namespaceId)).toMatchObject([{ calls: 1, errors: 0 }]);
  });
});
