// Resolves requirements to a lock: for every platform and every Python that plugins may run on, with the hashes of all wheels.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeclaredRequirement, type Lock, lockedPython } from '../../../src/contract/environments.ts';
import type { Removals } from '../removal/removals.ts';
import type { Limits } from '../settings.ts';
import { EnvironmentFailed } from './environment-failed.ts';
import { measureFolder, watchFolder } from './folder-size.ts';
import { lockDigest, lockedPackages } from './lock-text.ts';
import { indexOptions, type PackageIndex } from './package-index.ts';
import { checkRequirements, refusedRequirement } from './requirements.ts';
import { resolver, type Uv } from './uv.ts';
import { uvFailure } from './uv-failure.ts';

/** What the index said about packages. It is emptied when it is larger. */
const cacheBytesMax = 512 * 1024 * 1024;
const filesMax = 200_000;
const exceeded = 'the packages are too large';

export interface ResolveMachine {
  uv: Uv;
  index: PackageIndex;
  limits: Limits;
  /** The index's metadata, for later resolutions. */
  metadataFolder: string;
  removals: Removals;
}

/** `staging` is an empty folder, removed by the caller. Rejects with an EnvironmentFailed. */
export async function resolveLock(
  machine: ResolveMachine,
  requirements: DeclaredRequirement[],
  staging: string,
  onErrorLine: (line: string) => void,
): Promise<Lock> {
  checkRequirements(requirements);
  const { uv, index, limits, metadataFolder } = machine;
  const input = join(staging, 'requirements.in');
  await writeFile(input, requirements.map(({ text }) => `${text}\n`).join(''));
  await mkdir(metadataFolder, { recursive: true, mode: 0o700 });
  const form = ['--universal', '--generate-hashes', '--no-header', '--no-annotate', `--python-version=${lockedPython}`];
  const ran = await uv.run({
    argv: ['pip', 'compile', input, ...form, '--cache-dir', metadataFolder, ...indexOptions(index)],
    folder: staging,
    timeoutMs: limits.environmentMs,
    outputBytesMax: limits.lockBytes,
    onErrorLine,
    // uv unpacks wheels of a folder to read what they require.
    watch: (end) =>
      watchFolder(metadataFolder, { bytes: cacheBytesMax + limits.environmentBytes, files: filesMax }, () =>
        end(exceeded),
      ),
  });
  if ((await measureFolder(metadataFolder)).bytes > cacheBytesMax)
    machine.removals.remove(metadataFolder, { kind: 'environment', id: 'metadata' });
  if (ran.ended === 'exit' && ran.reason === exceeded)
    throw new EnvironmentFailed('too-large', 'The dependencies are too large. Depend on fewer or smaller packages.');
  if (ran.ended !== 'exit' || !ran.succeeded) throw withPlace(uvFailure(ran, [staging, metadataFolder]), requirements);
  const text = ran.output.toString('utf8');
  return { digest: lockDigest(text), text, packages: lockedPackages(text), resolver };
}

/** uv names the requirement that it can't parse, but not its place in the plugin. */
function withPlace(failure: EnvironmentFailed, requirements: DeclaredRequirement[]): EnvironmentFailed {
  if (!failure.message.startsWith("Couldn't parse requirement")) return failure;
  const named = requirements.filter(({ text }) => failure.message.includes(text));
  const [wrong] = named.sort((a, b) => b.text.length - a.text.length);
  const [, reason = 'it is not a valid requirement'] = failure.message.split('\n');
  return wrong ? refusedRequirement(wrong, reason) : new EnvironmentFailed('requirement-refused', failure.message);
}
