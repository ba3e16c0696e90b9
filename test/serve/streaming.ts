// A live plugin whose handler is a generator.
import { expect } from 'vitest';
import type { CallLines, CallStreamLine } from '../../src/contract/builder/answers.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { invokeStreaming, type StreamEvent } from '../../src/serve/stream.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
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

/** Returns each event as [name, data]. */
export function eventsOf(text: string): [string, unknown][] {
  return [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, name = '', data = '']) => [
    name,
    JSON.parse(data),
  ]);
}

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

export async function live(): Promise<Scene> {
  const s = await scene({ files: { 'realtime.py': yielding } });
  await advanceDeployment(s.deps, (await deploy(s)).id);
  return s;
}

export function streaming(s: Scene, parts: (CallStreamLine[] | Error)[]) {
  const builder = { ...s.deps.builder, callStreaming: async () => ({ lines: linesOf(parts) }) };
  const deps = { ...s.deps, builder, ...emptyCallCaches() };
  return { deps, opened: invokeStreaming(deps, s.actor, { namespaceId: s.namespaceId, ...callee }, call) };
}

export async function read(opened: ReturnType<typeof invokeStreaming>): Promise<StreamEvent[]> {
  const invocation = await opened;
  if (!('read' in invocation)) throw new Error('It is not streamed');
  const events: StreamEvent[] = [];
  for (let part = await invocation.read(); part; part = await invocation.read()) events.push(...part);
  return events;
}

/** Deploys the plugin, and returns what calls it over HTTP. */
export async function streamingPlugin() {
  const org = await organization();
  const at = `${org.plugins}/hello_ext_1_0_0`;
  await publish(org, plugin({ files: { 'realtime.py': yielding } }));
  await org.post(`${at}/deploy`);
  await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
    interval: 100,
  });

  const send = (inputs: object, accept: string, path = `${at}/realtime/test`) =>
    org.send('POST', path, { body: { inputs }, headers: { accept } });

  const stream = (inputs: object, path?: string) => send(inputs, 'text/event-stream', path);

  async function open(inputs: object): Promise<Response> {
    const headers = { authorization: `Bearer ${org.key}`, accept: 'text/event-stream' };
    const body = JSON.stringify({ inputs });
    return org.fetch(new Request(`http://slipway.test${at}/realtime/test`, { method: 'POST', headers, body }));
  }

  async function printed(): Promise<string[]> {
    const { body } = await org.get(`${at}/logs`);
    const lines: { line: string }[] = Object(body).lines;
    return lines.map(({ line }) => line);
  }

  return { org, at, send, stream, open, printed };
}
