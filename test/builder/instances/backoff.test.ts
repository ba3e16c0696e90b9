// Tests how soon a crashed process is restarted, with a clock that the test advances. A process that ran for a minute counts as stable.
// @module-tag long
import { chmod } from 'node:fs/promises';
import { BlockList } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Blobs } from '../../../builder/server/blobs/blobs.ts';
import { resolveByDns } from '../../../builder/server/egress/addresses.ts';
import { openEnvironments } from '../../../builder/server/environments/open-environments.ts';
import { Gpus } from '../../../builder/server/gpus/gpus.ts';
import { ChunkedLog } from '../../../builder/server/instances/chunked-log.ts';
import { DataFolders } from '../../../builder/server/instances/data-folders.ts';
import { Instance } from '../../../builder/server/instances/instance.ts';
import { type Machine, provision } from '../../../builder/server/instances/provision.ts';
import { ModelCache } from '../../../builder/server/models/model-cache.ts';
import { chooseSandbox } from '../../../builder/server/probe/choose-sandbox.ts';
import { Cancellation } from '../../../builder/server/processes/plugin-call.ts';
import { findPython } from '../../../builder/server/programs/python.ts';
import { Homes } from '../../../builder/server/sandbox/homes.ts';
import { packZip } from '../../../src/archive/zip/pack.ts';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { jsonLog } from '../../../src/core/log.ts';
import { openRemovals } from '../removal/open-removals.ts';
import { eventually, handler, newFolder } from '../support.ts';

const stableMs = 60_000;
const mortal = handler(
  'def predict(self, request):\n    if "die" in request:\n        os._exit(9)\n    return {}',
  'import os',
);

let machine: Machine;
let archive: string;
const ignore = () => {};
beforeAll(async () => {
  const folder = newFolder();
  await chmod(folder, 0o711);
  const python = await findPython(process.env.PYTHON);
  if (typeof python === 'string') throw new Error(python);
  const removals = await openRemovals(folder);
  const homes = new Homes(join(folder, 'instances'), undefined, removals);
  const blobs = new Blobs(join(folder, 'blobs'), removals);
  await homes.clear();
  await blobs.open();
  const sandbox = await chooseSandbox({ sandbox: undefined, single: false, limits: builderLimits }, python, homes);
  if (typeof sandbox === 'string') throw new Error(sandbox);
  const data = new DataFolders(join(folder, 'data'), sandbox.ownUser, removals);
  const shared = { python, sandbox, limits: builderLimits, homes, blobs, removals };
  const relay = { networks: new BlockList(), ownPorts: new Set<string>(), resolve: resolveByDns };
  const log = jsonLog({ info: ignore, warn: ignore, error: ignore });
  const environments = await openEnvironments(
    { ...shared, log, keepsPackages: false, network: { ...relay, allowLoopback: false } },
    join(folder, 'environments'),
  );
  const models = new ModelCache(join(folder, 'models'), { blobs, removals }, builderLimits.modelCacheBytes);
  await models.open();
  const workerd = { reason: 'There are no isolates in this test.' };
  machine = { ...shared, data, environments, models, relay, workerd, gpus: new Gpus(undefined) };
  const encoder = new TextEncoder();
  const files = { 'manifest.py': '', 'pipeline.py': '', ...mortal };
  const zip = await packZip(
    Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(String(text))) })),
  );
  archive = await sha256Hex(zip);
  await blobs.put(archive, toChunks(zip), zip.length);
});

async function* toChunks(bytes: Uint8Array) {
  yield bytes;
}

let now = 0;
const started: Instance[] = [];
beforeEach(() => {
  now = 1_000_000;
});
afterAll(() => Promise.all(started.map((instance) => instance.stop(0))));

function start(readyWaitMs: number): Instance {
  const plugin = { name: 'demo', version: '1.0.0' };
  const spec: PythonSpec = { runtime: 'python', archive, plugin, dependencies: [] };
  const id = `dep_${started.length}`;
  const log = new ChunkedLog(builderLimits, () => now);
  log.open();
  const settings = { limits: { ...builderLimits, readyWaitMs }, now: () => now, log };
  const instance = new Instance(id, spec, provision(machine, id, spec), settings);
  started.push(instance);
  return instance;
}

async function call(instance: Instance, inputs: object): Promise<string> {
  const body = new TextEncoder().encode(JSON.stringify({ inputs, parameters: {} }));
  return instance.call({ body, requestId: '', cancellation: new Cancellation() }).then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
}

test('crashes a minute apart are each followed by an immediate restart', async () => {
  // If the delay weren't reset, the sixth restart would wait for 16 s.
  const instance = start(10_000);
  for (let crashes = 1; crashes <= 6; crashes++) {
    expect(await call(instance, {})).toBe('answered');
    now += stableMs;
    expect(await call(instance, { die: true })).toBe('instance-crashed');
  }
  expect(await call(instance, {})).toBe('answered');
  expect(instance.status()).toMatchObject({
    restarts: 6,
    last_crash: { at: new Date(now).toISOString(), reason: 'exit code 9' },
  });
});

test('a second crash in less than a minute delays the restart by a second', async () => {
  const instance = start(500);
  await eventually(() => instance.state).toBe('ready');
  await call(instance, { die: true });
  await eventually(() => instance.state).toBe('ready');
  now += stableMs - 1;
  await call(instance, { die: true });
  expect(await call(instance, {})).toBe('instance-restarting');
});
