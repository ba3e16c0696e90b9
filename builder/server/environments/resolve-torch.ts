// Resolves requirements, and where torch is among what they need, once more for its builds without libraries for GPUs: plugins see none,
// and those libraries take several GiB. Their index is not reachable everywhere, and other packages need nothing of it.
import type { DeclaredRequirement, Lock } from '../../../src/contract/builder/environments.ts';
import { EnvironmentFailed } from './environment-failed.ts';
import { torchIndexes, torchPlace } from './package-index.ts';
import { type Resolution, type ResolveMachine, resolveLock } from './resolve.ts';

/** An index that does not answer is given up soon, since there is another one. */
const impatient = { UV_HTTP_TIMEOUT: '10', UV_HTTP_RETRIES: '0' };

/** Rejects with an EnvironmentFailed. */
export async function resolveWithTorch(
  machine: ResolveMachine,
  requirements: DeclaredRequirement[],
  resolution: Omit<Resolution, 'builds'>,
): Promise<Lock> {
  const indexes = torchIndexes(machine.index, resolution.own);
  const builds = indexes && { ...indexes, environment: { ...indexes.environment, ...impatient } };
  const quiet = { ...resolution, builds, onErrorLine: () => {} };
  const usual = await resolveLock(machine, requirements, resolution).catch((error: unknown) => {
    // The usual index may have no torch at all.
    if (machine.index.torchIndex === undefined || !isUnsatisfiable(error)) throw error;
    return undefined;
  });
  if (!usual) return resolveLock(machine, requirements, { ...resolution, builds });
  const found = torchOf(usual);
  if (!builds || !found) return usual;
  const place = torchPlace(machine.index);
  try {
    const lock = await resolveLock(machine, requirements, quiet);
    resolution.onErrorLine(`torch ${torchOf(lock)} is resolved with ${place}.`);
    return lock;
  } catch (error) {
    if (!(error instanceof EnvironmentFailed)) throw error;
    const [reason] = error.message.split('\n');
    resolution.onErrorLine(
      `torch ${found} is that of the usual index, which may have libraries for GPUs, because ${place} can't be used: ${reason}`,
    );
    return usual;
  }
}

function torchOf({ packages }: Lock): string | undefined {
  return packages.find(({ name }) => name === 'torch')?.version;
}

function isUnsatisfiable(error: unknown): boolean {
  return error instanceof EnvironmentFailed && error.code === 'unsatisfiable';
}
