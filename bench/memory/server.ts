// Runs Slipway's Worker with an inspector, on an empty state folder and without a builder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Local } from '../../scripts/local/organization.ts';
import { freePorts } from '../../scripts/local/ports.ts';
import { bundleModule, workerBundle } from '../../scripts/local/runtime/worker-bundle.ts';
import { startWorkerd } from '../../scripts/local/runtime/workerd.ts';
import { localSecrets } from '../../scripts/local/secrets.ts';
import { prepared } from '../growth/local.ts';
import { writeBenchConfig } from '../worker-config.ts';

export interface Inspected {
  local: Local;
  inspectorPort: number;
}

export async function withInspectedServer(work: (server: Inspected) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-memory-'));
  const [port = 0, inspectorPort = 0] = await freePorts(2);
  try {
    const { state, local } = await prepared({ folder, scale: 0, seed: 1, port });
    const secrets = await localSecrets(state);
    const { code, wasm } = await bundleModule('bench/memory/worker.ts');
    await writeBenchConfig({
      bundle: { ...(await workerBundle()), worker: code, wasm },
      port,
      state,
      builderUrl: local.builder_url,
      secrets,
      loaders: { LOADER: {} },
    });
    const worker = await startWorkerd({
      state,
      adminToken: secrets.admin_token,
      inspectorPort,
      verbose: false,
      onLine: (line) => void process.stderr.write(`${line}\n`),
      onRestart: () => {
        throw new Error('workerd ended');
      },
    });
    try {
      await work({ local, inspectorPort });
    } finally {
      await worker.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
