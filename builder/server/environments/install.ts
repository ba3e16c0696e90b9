// Installs a lock's wheels into a folder. Nothing of a package runs: no source is built, no `.pth` file is processed, and what Python
// or a shell would run without an import is removed, like bytecode.
import { chmod, lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentSpec, EnvironmentTarget, LockedPackage } from '../../../src/contract/builder/environments.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import type { Owner } from '../removal/owner.ts';
import type { Removals } from '../removal/removals.ts';
import type { Limits } from '../settings.ts';
import { EnvironmentFailed } from './environment-failed.ts';
import { type FolderSize, watchFolder } from './folder-size.ts';
import { missingForTarget } from './missing-wheel.ts';
import { indexOptions, type PackageIndex } from './package-index.ts';
import { removeFiles } from './remove-files.ts';
import type { Uv } from './uv.ts';
import { uvFailure } from './uv-failure.ts';

const outputBytesMax = 1024 * 1024;
/** The bookkeeping of uv's cache, which is counted while it installs. */
const cacheFilesMax = 5000;

/** The newest version of each C library that uv knows as a platform to install for. */
const newestGlibcMinor = 40;

export interface InstallMachine {
  uv: Uv;
  index: PackageIndex;
  limits: Limits;
  /** Target that this builder's own Python needs. */
  target: EnvironmentTarget;
  removals: Removals;
}

export interface Installed extends FolderSize {
  packages: Pick<LockedPackage, 'name' | 'version'>[];
  removed: string[];
}

/** Installs into `site`, which does not exist. `staging` is its parent. Rejects with an EnvironmentFailed. */
export async function installWheels(
  machine: InstallMachine,
  { lock, target, organization }: EnvironmentSpec,
  { staging, site }: { staging: string; site: string },
  onLine: (line: string) => void,
): Promise<Installed> {
  const { uv, index, limits } = machine;
  const { environmentBytes: bytes, environmentFiles: files } = limits;
  const lockFile = join(staging, 'requirements.txt');
  // Its own cache: what was downloaded for another plugin is never used without its hash being verified.
  const cache = join(staging, 'cache');
  await writeFile(lockFile, lock.text);
  const exceeded = 'the environment is too large';
  let endInstall: (reason: string) => void = () => {};
  const announced = announcedBytes();
  const ran = await uv.run({
    argv: [
      ...['pip', 'install', '--require-hashes', '--no-deps', '--link-mode=hardlink', '--cache-dir', cache],
      ...['--target', site, '-r', lockFile, ...targetOptions(machine.target, target), ...indexOptions(index)],
    ],
    folder: staging,
    timeoutMs: limits.environmentMs,
    outputBytesMax,
    onErrorLine: (line) => {
      onLine(line);
      // Unpacked, they need more.
      if (announced(line) > bytes) endInstall(exceeded);
    },
    watch: (end) => {
      endInstall = end;
      return watchFolder(staging, { bytes, files: files + cacheFilesMax }, () => end(exceeded));
    },
  });
  if (ran.ended === 'exit' && ran.reason === exceeded) throw tooLarge(limits, lock.text);
  if (ran.ended !== 'exit' || !ran.succeeded) throw missingForTarget(uvFailure(ran, [staging]), target);
  const owner: Owner = { kind: 'environment', id: lock.digest, organization };
  const remove = (path: string) => machine.removals.remove(path, owner);
  for (const path of [cache, join(site, '.lock')]) remove(path); // uv's own
  const { names: removed, lines } = await removeFiles(site, remove);
  for (const line of lines) onLine(line);
  const size = await checkFiles(site);
  if (size.bytes > bytes || size.files > files) throw tooLarge(limits, lock.text);
  return { ...size, removed, packages: await installedPackages(site) };
}

const units: Record<string, number> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Returns a function that adds up the sizes of the downloads that uv has announced so far. */
function announcedBytes(): (line: string) => number {
  let sum = 0;
  return (line) => {
    const [, size, unit = ''] = /^Downloading \S+ \((\d+(?:\.\d+)?)([KMG]iB)\)$/.exec(line.trim()) ?? [];
    sum += Number(size ?? 0) * (units[unit] ?? 0);
    return sum;
  };
}

function tooLarge({ environmentBytes, environmentFiles }: Limits, lock: string): EnvironmentFailed {
  const gib = Math.round((environmentBytes / 1024 ** 3) * 100) / 100;
  const torch = /^torch==/m.test(lock)
    ? ' The default builds of torch include libraries for GPUs; an operator can set BUILDER_TORCH_INDEX to an index with builds for the CPU.'
    : '';
  return new EnvironmentFailed(
    'too-large',
    `The dependencies have more than ${gib} GiB or ${environmentFiles} files when they are installed. ${raisedBy.environment}${torch}`,
  );
}

/** uv asks its own Python, unless the environment is for another one. */
function targetOptions(own: EnvironmentTarget, target: EnvironmentTarget): string[] {
  const python = target.python === own.python ? [] : ['--python-version', target.python];
  if (target.platform === own.platform) return python;
  const [, machine, minor] = /^(\w+)-manylinux_2_(\d+)$/.exec(target.platform) ?? [];
  const known = machine ? `${machine}-manylinux_2_${Math.min(Number(minor), newestGlibcMinor)}` : target.platform;
  return [...python, '--python-platform', known];
}

/** Makes every file readable to instances. Rejects if there is anything but files and folders. */
async function checkFiles(site: string): Promise<FolderSize> {
  const size = { bytes: 0, files: 0 };
  const open = [site];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of await readdir(next)) {
      const path = join(next, name);
      const stats = await lstat(path);
      if (!stats.isDirectory() && !stats.isFile())
        throw new EnvironmentFailed('wheel-refused', `A wheel has ${name}, which is not a regular file.`);
      const mode = stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o755 : 0o644;
      if ((stats.mode & 0o7777) !== mode) await chmod(path, mode);
      if (stats.isDirectory()) open.push(path);
      else {
        size.bytes += stats.size;
        size.files++;
      }
    }
  }
  return size;
}

/** Reads the names of the folders in which each wheel describes itself. */
async function installedPackages(site: string): Promise<Installed['packages']> {
  const described = (await readdir(site)).flatMap((name) => {
    const [, project, version] = /^(.+)-([^-]+)\.dist-info$/.exec(name) ?? [];
    return project && version ? [{ name: project.toLowerCase().replaceAll(/[-_.]+/g, '-'), version }] : [];
  });
  return described.sort((a, b) => (a.name < b.name ? -1 : 1));
}
