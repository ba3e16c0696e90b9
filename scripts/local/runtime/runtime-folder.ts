// The folder of the local runtime in the state folder, and the environment in which workerd and Miniflare run.
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The folder that `--persist-to` names. */
export function platformFolder(state: string): string {
  return join(state, 'platform');
}

export function temporaryFolder(state: string): string {
  return join(platformFolder(state), 'tmp');
}

/** Returns the file of workerd's configuration: all Workers with their bindings, as Miniflare serialized them. It contains secrets. */
export function runtimeConfigFile(state: string): string {
  return join(temporaryFolder(state), 'workerd.config');
}

/** Sets the environment that workerd and Miniflare read from this process and those that it starts. */
export async function prepareRuntime(state: string, python: string): Promise<void> {
  const { default: workerd } = z
    .object({ default: z.string() })
    .parse(createRequire(import.meta.resolve('miniflare'))('workerd'));
  const temporary = temporaryFolder(state);
  // A killed start leaves its temporary files.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  Object.assign(process.env, {
    TMPDIR: temporary,
    // No orphaned workerd.
    MINIFLARE_WORKERD_PATH: fileURLToPath(import.meta.resolve('./workerd-with-parent')),
    SLIPWAY_PYTHON: python,
    SLIPWAY_WORKERD: workerd,
  });
}
