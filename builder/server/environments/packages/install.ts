// Installs one of a lock's packages from its wheel into a folder. Runs none of its code: no source is built and no `.pth` file is
// processed. Bytecode is removed, and so are files that Python or a shell would run without an import.
import { chmod, lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentTarget, LockEntry } from '../../../../src/contract/builder/packages.ts';
import type { Removals } from '../../removal/removals.ts';
import { EnvironmentFailed } from '../environment-failed.ts';
import type { FolderSize } from '../folder-size.ts';
import { missingForTarget } from '../missing-wheel.ts';
import { indexesToInstall, type PackageIndex } from '../package-index.ts';
import type { Uv } from '../uv.ts';
import { uvFailure } from '../uv-failure.ts';
import type { InstallRun } from './install-run.ts';
import { removeFiles } from './remove-files.ts';

const outputBytesMax = 1024 * 1024;

/** The newest minor version of each C library that uv accepts as an installation platform. */
const newestGlibcMinor = 40;

export interface InstallMachine {
  uv: Uv;
  index: PackageIndex;
  /** The target that this builder's own Python matches. */
  target: EnvironmentTarget;
  removals: Removals;
}

export interface Installed extends FolderSize {
  removed: string[];
  /** Number of Python files. */
  sources: number;
}

/** Receives the progress of an installation. */
export interface Reporter {
  /** Reports a line of progress that names the package. */
  progress(text: string): void;
  line(line: string): void;
}

/**
 * Installs into `site`, which must not exist; `folder` is its parent. Returns undefined if the marker excludes the target. Rejects with
 * an EnvironmentFailed.
 */
export async function installWheel(
  machine: InstallMachine,
  run: InstallRun,
  { entry, folder, site }: { entry: LockEntry; folder: string; site: string },
  report: Reporter,
): Promise<Installed | undefined> {
  const { target } = run.spec;
  const { own } = run;
  const indexes = indexesToInstall(machine.index, { ...entry, torchBackend: run.torchBackend }, own);
  const lockFile = join(folder, 'requirements.txt');
  await writeFile(lockFile, lockLine(entry));
  const ran = await machine.uv.run({
    argv: [
      ...['pip', 'install', '--require-hashes', '--no-deps', '--link-mode=hardlink', '--cache-dir', run.cache],
      ...['--target', site, '-r', lockFile],
      ...targetOptions(machine.target, target),
      ...indexes.options,
    ],
    environment: indexes.environment,
    folder,
    timeoutMs: run.leftMs,
    outputBytesMax,
    onErrorLine: (line) => {
      const size = run.announce(line);
      if (size !== undefined) report.progress(`downloading ${size}`);
      if (line.startsWith('warning: ')) report.line(own ? own.hide(line) : line);
    },
    watch: (end) => run.running(end),
  });
  const { failure } = run;
  if (failure) throw failure;
  if (ran.ended !== 'exit' || !ran.succeeded) {
    const failed = uvFailure(ran, [folder, run.staging]);
    throw missingForTarget(own && entry.origin ? own.explain(failed) : failed, target);
  }
  if (!(await isInstalled(site))) return undefined;
  const remove = (path: string) => machine.removals.remove(path, run.owner);
  remove(join(site, '.lock')); // uv's own
  const { names: removed, lines } = await removeFiles(site, remove);
  for (const line of lines) report.line(line);
  return { ...(await checkFiles(site)), removed };
}

/** Formats the entry as in the lock. Its hashes make any index a safe source for the wheel. */
function lockLine({ name, version, marker, hashes }: LockEntry): string {
  const condition = marker === null ? '' : ` ; ${marker}`;
  return `${name}==${version}${condition} ${hashes.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`;
}

/** Returns no options if the target is this builder's own Python, which uv uses by default. */
function targetOptions(own: EnvironmentTarget, target: EnvironmentTarget): string[] {
  const python = target.python === own.python ? [] : ['--python-version', target.python];
  if (target.platform === own.platform) return python;
  const [, machine, minor] = /^(\w+)-manylinux_2_(\d+)$/.exec(target.platform) ?? [];
  const known = machine ? `${machine}-manylinux_2_${Math.min(Number(minor), newestGlibcMinor)}` : target.platform;
  return [...python, '--python-platform', known];
}

/** Returns whether the wheel's metadata folder exists. */
async function isInstalled(site: string): Promise<boolean> {
  const names = await readdir(site).catch(() => []);
  return names.some((name) => name.endsWith('.dist-info'));
}

/** Makes every file readable to instances. Rejects if the folder has anything but regular files and folders. */
async function checkFiles(site: string): Promise<FolderSize & { sources: number }> {
  const size = { bytes: 0, files: 0, sources: 0 };
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
        if (name.endsWith('.py')) size.sources++;
      }
    }
  }
  return size;
}
