// Builds Go plugins for both targets, and calls both builds on one builder.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import { fc } from '../../support/property.ts';
import { buildSource, executableSpec, goMod, wasmOf } from '../go-support.ts';
import type { Files, TestBuilder } from '../support.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/go-calls/', import.meta.url));

export function fixtureText(name: string): string {
  return readFileSync(fixtures + name, 'utf8');
}

/** Returns the plugin in test/fixtures/go-calls, or only the part with these actions. */
export function fixturePlugin(...actions: readonly string[]): Files {
  const files = actions
    .filter((name) => name !== 'architecture')
    .map((name) => [`${name}.go`, fixtureText(`${name}.go`)]);
  const all = fixtureText('plugin.go');
  const only = actions.map((name) => `"${name}": ${name}`).join(', ');
  const part = all.replace('"text": text, "numbers": numbers, "maps": maps', only);
  return { 'go.mod': goMod(), 'plugin.go': part, ...Object.fromEntries(files) };
}

/** Builds the files and returns the specs for both targets. */
export async function specsOf(
  builder: TestBuilder,
  files: Files,
): Promise<{ native: InstanceSpec; wasm: InstanceSpec }> {
  const outcome = await buildSource(builder, files, { wasm: true });
  if (outcome.type === 'failed') throw new Error(outcome.error.message);
  return { native: executableSpec(outcome.build.artifact.sha256), wasm: await isolateSpec(builder, files) };
}

/** Builds the files and returns an isolate's spec. */
export async function isolateSpec(builder: TestBuilder, files: Files): Promise<InstanceSpec> {
  const module = await wasmOf(builder, files);
  if ('reason' in module) throw new Error(module.reason);
  const plugin = { name: 'demo', version: 'v1.0.0' };
  return { runtime: 'isolate', kind: 'pipeline', artifact: module.artifact.sha256, plugin };
}

export async function startReady(builder: TestBuilder, id: string, spec: InstanceSpec): Promise<void> {
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready', instance: { id, state: 'ready' } });
}

/** Sends a call as this text, and returns the response text. */
export async function callText(
  builder: TestBuilder,
  id: string,
  body: string,
): Promise<{ status: number; text: string }> {
  const response = await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);

/** Parameters for each fixture action. */
export const generatedParams = {
  text: fc.record({ text: fc.oneof(anyText, fc.integer()) }),
  numbers: fc.record({ values: fc.array(fc.oneof({ weight: 8, arbitrary: number }, anyText), { maxLength: 12 }) }),
  science: fc.record({ values: fc.array(fc.oneof({ weight: 8, arbitrary: number }, anyText), { maxLength: 12 }) }),
  maps: fc.record({ items: fc.dictionary(anyText, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 12 }) }),
};

/** Calls both builds of a plugin with the same generated parameters, and expects the same bytes. */
export async function expectSameAnswers(
  builder: TestBuilder,
  action: keyof typeof generatedParams,
  runs: { native: string; wasm: string; count: number },
): Promise<void> {
  const property = fc.asyncProperty(generatedParams[action], async (params) => {
    const body = JSON.stringify({ method: 'execute', params: { action, params } });
    const [native, wasm] = await Promise.all([
      callText(builder, runs.native, body),
      callText(builder, runs.wasm, body),
    ]);
    expect(native.status).toBe(200);
    expect(wasm).toEqual(native);
  });
  await fc.assert(property, { numRuns: runs.count });
}
