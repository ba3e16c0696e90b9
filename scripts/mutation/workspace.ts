// Copies the checkout to a temporary folder and applies one mutation at a time there. The checkout itself never changes.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Change } from './operators.ts';

const run = promisify(execFile);

/** Untracked folders that tests expect: compiled Go packages, which can be shared. */
const sharedFolders = ['dist/go'];

export class Workspace {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Copies the files that Git tracks or would track, as they are now. */
  static async create(checkout: string): Promise<Workspace> {
    const path = await mkdtemp(join(tmpdir(), 'slipway-mutate-'));
    // Some tests start a builder as another user, who reads its code from here.
    await chmod(path, 0o755);
    const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const { stdout } = await run('git', list, { cwd: checkout, maxBuffer: 64 * 1024 * 1024 });
    for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(checkout, name)))) {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await copyFile(join(checkout, file), join(path, file));
    }
    await linkPackages(checkout, path);
    for (const folder of sharedFolders.filter((name) => existsSync(join(checkout, name)))) {
      await mkdir(dirname(join(path, folder)), { recursive: true });
      await symlink(join(checkout, folder), join(path, folder));
    }
    return new Workspace(path);
  }

  /** Applies the change while `work` runs, then restores the file. */
  async withChange<T>({ after, before, file }: Change, work: () => Promise<T>): Promise<T> {
    const path = join(this.path, file);
    await writeFile(path, after);
    try {
      return await work();
    } finally {
      await writeFile(path, before);
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Links each package separately, so that caches written into node_modules stay separate from the checkout's. */
async function linkPackages(checkout: string, path: string): Promise<void> {
  const packages = join(checkout, 'node_modules');
  await mkdir(join(path, 'node_modules'));
  for (const name of await readdir(packages)) {
    const isCache = name.startsWith('.') && name !== '.bin';
    if (!isCache) await symlink(join(packages, name), join(path, 'node_modules', name));
  }
}
