// Tests trying a module in an isolate: what is started and sent, and that the isolate is always stopped.
import { expect, test } from 'vitest';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import type { InstanceEvent } from '../../src/contract/builder/instances.ts';
import type { IsolateSpec } from '../../src/contract/builder/isolates.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { wasmKey } from '../../src/instances/builds/builds.ts';
import { tryIsolate } from '../../src/instances/fleets/isolate-trial.ts';
import { testApp } from '../support/deps.ts';

const failed: InstanceEvent = { type: 'failed', error: { code: 'load-failed', message: 'it panics' } };

/** Tries a module on a builder whose starts have these outcomes, in order. Returns the result and the requests with their IDs. */
async function attempt(...starts: (InstanceEvent | BuilderError)[]) {
  const { deps } = testApp();
  const artifact = await sha256Hex(crypto.randomUUID());
  await deps.blobs.put(wasmKey(artifact), 'module');
  const requests: string[] = [];
  const replaced: Partial<Builder> = {
    async *start(id) {
      requests.push(`start ${id}`);
      const next = starts.shift();
      if (next instanceof BuilderError) throw next;
      if (next) yield next;
    },
    putBlob: async (_, sha256, body) => {
      requests.push(`put ${sha256 === artifact ? await new Response(body).text() : sha256}`);
    },
    stop: async (id) => {
      requests.push(`stop ${id}`);
    },
  };
  const plugin = { name: 'upper', version: 'v1' };
  const spec: IsolateSpec = { runtime: 'isolate', kind: 'pipeline', organization: 'org_1', artifact, plugin };
  const builder = { ...deps.builder, ...replaced };
  const outcome = await tryIsolate({ ...deps, builder }, 'plu_1', spec).catch((error: unknown) => error);
  const id = `trial-plu_1-${artifact.slice(0, 8)}`;
  return { outcome, requests: requests.map((request) => request.replace(id, 'ID')), artifact };
}

test('a module that does not start is stopped, and the reason is returned', async () => {
  const { outcome, requests } = await attempt(failed);
  expect([outcome, requests]).toEqual(['it panics', ['start ID', 'stop ID']]);
});

test('a builder that lacks the module gets it', async () => {
  const { outcome, requests } = await attempt(new BuilderError('blob-missing', 'send it'), failed);
  expect([outcome, requests]).toEqual(['it panics', ['start ID', 'put module', 'start ID', 'stop ID']]);
});

test('an unreachable builder says nothing about the module, so the install is retried', async () => {
  const { outcome, requests } = await attempt(new BuilderError('unreachable', 'no answer'));
  expect([outcome, requests]).toEqual([new BuilderError('unreachable', 'no answer'), ['start ID', 'stop ID']]);
});
