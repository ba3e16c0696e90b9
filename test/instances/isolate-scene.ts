// Runs modules in isolates.
import { env } from 'cloudflare:workers';
import { packZip } from '../../src/archive/zip/pack.ts';
import type { IsolateSpec } from '../../src/contract/builder/isolates.ts';
import { systemClock } from '../../src/core/clock.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { wasmKey } from '../../src/instances/builds/builds.ts';
import { builderWithIsolates } from '../../src/instances/isolates.ts';
import { builderByUrl } from '../support/builder-by-url.ts';
import { pipelineSource } from '../support/plugins/go-sources.ts';

const body = `switch action {
	case "exit":
		os.Exit(3)
	case "sleep":
		time.Sleep(time.Hour)
	case "panic":
		panic("on purpose")
	case "nested":
		var value interface{} = 1
		for i := 0; i < 600; i++ {
			value = []interface{}{value}
		}
		return map[string]interface{}{"value": value}, nil
	}
	calls++
	return map[string]interface{}{"calls": calls, "params": params}, nil`;

export const source = pipelineSource({ body, imports: ['os', 'time'], more: 'var calls int\n' });

export const builder = builderByUrl({ url: env.BUILDER_URL, token: env.BUILDER_TOKEN });

export const modules = new Map<string, string>();

export const driver = builderWithIsolates(builder, {
  loader: env.LOADER,
  blobs: env.ARCHIVES,
  clock: systemClock,
  moduleOf: async (id) => modules.get(id) ?? null,
  logOf: () => [],
});

/** Builds the source with the builder, and stores its module for the driver. */
export async function buildModule(files: Record<string, string>): Promise<string> {
  const encoder = new TextEncoder();
  const zip = await packZip(
    Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })),
  );
  const archive = await sha256Hex(zip);
  const host = builder.buildHost(archive);
  await builder.putBlob(host, archive, new Blob([zip]).stream(), zip.length);
  for await (const event of builder.build({
    runtime: 'go',
    archive,
    commit: null,
    scope: 'plg_isolates',
    wasm: true,
  })) {
    if (event.type === 'failed') throw new Error(event.error.message);
    if (event.type !== 'built') continue;
    const { wasm } = event.build;
    if (!wasm || 'reason' in wasm) throw new Error(wasm?.reason);
    const { sha256, size_bytes } = wasm.artifact;
    const bytes = await builder.getBlob(host, sha256);
    if (bytes)
      await env.ARCHIVES.put(wasmKey(sha256), bytes.pipeThrough(new FixedLengthStream(size_bytes)), { sha256 });
    return sha256;
  }
  throw new Error('the build has no result');
}

export async function act(id: string, action: string, callMs?: number) {
  const body = JSON.stringify({ method: 'execute', params: { action, params: { n: 1.5 } } });
  const answer = await driver.operate(id, body, { callMs });
  return 'error' in answer ? answer : { result: answer.result.parsed() };
}

export function counted(calls: number) {
  return { result: { output: { calls, params: { n: 1.5 } }, context: { steps: {}, max_size: 0 } } };
}

export type Isolates = Awaited<ReturnType<typeof isolateScene>>;

/** Builds a module, and returns what starts and calls instances of it. */
export async function isolateScene() {
  const artifact = await buildModule(source);

  /** Starts an instance, and returns its ID and its events. Files share a runtime, which keeps an isolate by its ID. */
  async function start(sha256 = artifact) {
    const id = `dep_isolate_${crypto.randomUUID()}`;
    modules.set(id, sha256);
    const spec: IsolateSpec = {
      runtime: 'isolate',
      kind: 'pipeline',
      artifact: sha256,
      plugin: { name: 'demo', version: 'v1' },
    };
    const events = [];
    for await (const event of driver.start(id, spec)) events.push(event);
    return { id, events };
  }

  return { artifact, start };
}
