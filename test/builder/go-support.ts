// Builds Go plugins with a real builder, for the tests in this folder. The builder's compile cache is kept across runs.
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import {
  type BuildEvent,
  type BuildSpec,
  buildEventSchema,
  type WasmOutcome,
} from '../../src/contract/builder/builds.ts';
import type { ExecutableSpec } from '../../src/contract/builder/instances.ts';
import { eventLines } from './builder-client.ts';
import { type Answer, type BuilderOptions, type Files, TestBuilder } from './support.ts';

/** Long enough to compile the standard library, which happens once per machine. */
export const coldCacheMs = 900_000;

/** The compile cache that test builders share. */
export const goCache = fileURLToPath(new URL('../../dist/go/cache', import.meta.url));

export function startGoBuilder({ env = {}, ...options }: BuilderOptions = {}): Promise<TestBuilder> {
  const goEnv = { BUILDER_GO_CACHE: goCache, SLIPWAY_ALLOW_LOOPBACK: '1', ...env };
  return TestBuilder.start({ ...options, hasGitAndGo: true, env: goEnv });
}

const models = 'github.com/mimir-aip/mimir-aip-go/pkg/models';

/** Returns a pipeline plugin whose Execute has this body. */
export function pipelinePlugin(body: string, { imports = '', more = '' } = {}): string {
  return `package main

import (
	"${models}"
	${imports}
)

type plugin struct{}

var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	${body}
}
${more}`;
}

export const echo = pipelinePlugin('return map[string]interface{}{"action": action, "params": params}, nil');

export function goMod(...lines: string[]): string {
  return [
    'module example.com/plugin',
    'go 1.24',
    'require github.com/mimir-aip/mimir-aip-go v0.0.0',
    ...lines,
    '',
  ].join('\n');
}

type Outcome = Extract<BuildEvent, { type: 'built' | 'failed' }>;

type SpecOptions = Partial<Pick<BuildSpec, 'scope' | 'wasm' | 'older_than'>>;

export async function buildEvents(
  builder: TestBuilder,
  archive: string,
  options: SpecOptions = {},
): Promise<BuildEvent[]> {
  const body = JSON.stringify({ runtime: 'go', archive, commit: null, scope: 'plg_test', ...options });
  const response = await builder.fetch('/builds', { method: 'POST', body });
  expect(response.status).toBe(200);
  return eventLines(await response.text()).map((line) => buildEventSchema.parse(JSON.parse(line)));
}

export async function buildSource(builder: TestBuilder, files: Files, options?: SpecOptions): Promise<Outcome> {
  const last = (await buildEvents(builder, await builder.putArchive(files), options)).at(-1);
  if (last?.type !== 'built' && last?.type !== 'failed') throw new Error(`a build ended with ${last?.type}`);
  return last;
}

/** Builds the files and returns the executable's SHA-256. */
export async function artifactOf(builder: TestBuilder, files: Files): Promise<string> {
  const outcome = await buildSource(builder, files);
  if (outcome.type === 'failed') throw new Error(outcome.error.message);
  return outcome.build.artifact.sha256;
}

/** Builds the files and returns the failure as `code: message`. */
export async function failureOf(builder: TestBuilder, files: Files): Promise<string> {
  const outcome = await buildSource(builder, files);
  return outcome.type === 'failed' ? `${outcome.error.code}: ${outcome.error.message}` : 'built';
}

export function executableSpec(artifact: string, rest: Partial<ExecutableSpec> = {}): ExecutableSpec {
  const plugin = { name: 'demo', version: 'v1.0.0' };
  return { runtime: 'executable', kind: 'pipeline', artifact, plugin, data: null, network: false, ...rest };
}

export function operate(builder: TestBuilder, id: string, method: string, params: unknown = {}): Promise<Answer> {
  return builder.send('POST', `/instances/${id}/invoke`, JSON.stringify({ method, params }));
}

/** Calls Execute and returns the response. */
export async function execute(builder: TestBuilder, id: string, action: string, params: unknown = {}) {
  const { status, body } = await operate(builder, id, 'execute', { action, params });
  return { status, body };
}

/** Builds the files for both targets. Returns the module and its provenance, or the reason why there is no module. */
export async function wasmOf(builder: TestBuilder, files: Files, options: SpecOptions = {}): Promise<WasmOutcome> {
  const outcome = await buildSource(builder, files, { ...options, wasm: true });
  if (outcome.type === 'failed') throw new Error(outcome.error.message);
  if (!outcome.build.wasm) throw new Error('the build says nothing of WebAssembly');
  return outcome.build.wasm;
}
