// Tests calls whose answer is lost or invalid: what the caller gets, and how often the handler runs.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { builderByContainers } from '../../src/builders/client.ts';
import type { Builder } from '../../src/contract/builder/builder.ts';
import type { Placement } from '../../src/contract/plugin/placement.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { type Invocation, invoke } from '../../src/serve/invoke.ts';
import { containersAnswering } from '../support/containers/answering-containers.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { answerOf, callOf } from '../support/json-text.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';

/** Counts its runs, and writes the requested text in place of its call's answer. */
const forging = `import os
import struct
import time

class RealtimeHandler:
    def __init__(self):
        self.runs = 0

    def predict(self, request):
        self.runs += 1
        if "answer" in request:
            body = request["answer"].encode() * request.get("times", 1)
            frame = struct.pack(">IIB", len(body), self.runs, 2) + body
            while frame:
                try:
                    frame = frame[os.write(3, frame):]
                except BlockingIOError:
                    time.sleep(0.001)
            time.sleep(3600)
        return {"runs": self.runs}
`;

async function liveScene(): Promise<Scene> {
  const s = await scene({ files: { 'realtime.py': forging } });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return s;
}

function called(s: Scene, inputs: Record<string, string | number> = {}, builder = s.deps.builder): Promise<Invocation> {
  const deps = { ...s.deps, builder, ...emptyCallCaches() };
  return invoke(
    deps,
    s.actor,
    { by: 'version', namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' },
    callOf(inputs),
  );
}

describe('an answer', () => {
  test.each<[string, Record<string, string | number>, string]>([
    ['is not JSON', { answer: '{"status":"success","result":}' }, "The plugin's answer is not JSON."],
    [
      'has another form',
      { answer: '{"status":"perfect"}' },
      "The plugin's answer has an invalid form: Invalid discriminator value. Expected 'success' | 'error'.",
    ],
    ['nests too deeply', { answer: '[', times: 200_000 }, "The plugin's answer nests deeper than 500 levels."],
    [
      'is too large',
      { answer: 'x'.repeat(1024), times: 9 * 1024 },
      "The plugin's process violated the protocol: a frame of 9437184 bytes.",
    ],
  ])("an answer that %s is the plugin's error", async (_, inputs, message) => {
    const s = await liveScene();
    const { answer } = await called(s, inputs);
    expect(answer).toEqual({ status: 'error', error: { type: 'InvalidAnswer', message }, duration_ms: 0 });
  });

  test('an invalid answer from the builder is not retried, so the next call is the second run', async () => {
    const s = await liveScene();
    await called(s, { answer: 'x' });
    expect(answerOf((await called(s)).answer)).toMatchObject({ result: { runs: 2 } });
  });
});

/**
 * Calls the real builder over connections that break before or after the request, as `breaks` says. Records the requests that reached
 * the builder.
 */
function behindBreaks(breaks: ('before' | 'after')[]): { builder: Builder; reached: string[] } {
  const reached: string[] = [];
  const containers = containersAnswering(async (_id, url, init) => {
    const at = breaks.shift();
    if (at === 'before') throw new TypeError('Network connection lost.');
    const { pathname } = new URL(url);
    reached.push(`${init.method} ${pathname.replace(/dep_\w+/, 'ID')}`);
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${env.BUILDER_TOKEN}`);
    const response = await fetch(`${env.BUILDER_URL}${pathname}`, { ...init, headers });
    if (at === undefined) return response;
    await response.body?.cancel();
    throw new TypeError('Network connection lost.');
  });
  const placement: Placement = { size: 'basic', location: null, jurisdiction: null };
  return { builder: builderByContainers(containers, async () => placement), reached };
}

describe('a connection that breaks', () => {
  const call = 'POST /instances/ID/invoke';

  test('a call whose connection breaks before the builder has received it is resent, and runs once', async () => {
    const s = await liveScene();
    const { builder, reached } = behindBreaks(['before', 'before']);
    expect(answerOf((await called(s, {}, builder)).answer)).toMatchObject({ result: { runs: 1 } });
    expect(reached).toEqual([call]);
  });

  test('a call whose connection breaks after the handler ran, while the builder is alive, does not run again, and the caller learns that it may have run', async () => {
    const s = await liveScene();
    const { builder, reached } = behindBreaks(['after']);
    await expect(called(s, {}, builder)).rejects.toMatchObject({ code: 'call-interrupted', status: 503 });
    expect(reached).toEqual([call, call]);
    expect(answerOf((await called(s)).answer)).toMatchObject({ result: { runs: 2 } });
  });
});
