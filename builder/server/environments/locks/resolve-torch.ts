// Resolves requirements. If the result includes torch, resolves again to get its builds for this builder: without GPU libraries, which
// take several GiB, or for its GPUs' driver. Those builds have a separate index, which isn't reachable everywhere and which other packages
// don't need.
import type { DeclaredRequirement, Lock } from '../../../../src/contract/builder/environments.ts';
import { EnvironmentFailed } from '../environment-failed.ts';
import { torchIndexes, torchNames, torchPlace } from '../package-index.ts';
import { type Resolution, type ResolveMachine, resolveLock } from './resolve.ts';

/** Gives up quickly on an index that doesn't respond, because there is another one. */
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
    // PyTorch's index states no upload times, so it may only build the versions whose age is known.
    const pinned = resolution.cooldown ? usual.packages.filter(({ name }) => torchNames.includes(name)) : [];
    const lock = await resolveLock(machine, requirements, { ...quiet, pinned });
    resolution.onErrorLine(`torch ${torchOf(lock)} is resolved from ${place}.`);
    return lock;
  } catch (error) {
    if (!(error instanceof EnvironmentFailed)) throw error;
    const [reason] = error.message.split('\n');
    const risk = machine.index.torchBackend === 'cpu' ? 'include GPU libraries' : 'need another CUDA';
    resolution.onErrorLine(
      `torch ${found} comes from the usual index and may ${risk}, because ${place} can't be used: ${reason}`,
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
