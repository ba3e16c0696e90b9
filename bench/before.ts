// Checks out an earlier commit, so that one run can measure it alongside the working tree.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Checkout {
  path: string;
  remove(): Promise<void>;
}

/** Unpacks a commit and links it to the working tree's installed packages. */
export async function checkoutOf(ref: string): Promise<Checkout> {
  const path = await mkdtemp(join(tmpdir(), 'slipway-bench-before-'));
  const files = execFileSync('git', ['archive', ref], { maxBuffer: 1024 ** 3 });
  execFileSync('tar', ['-x', '-C', path], { input: files });
  await symlink(resolve('node_modules'), join(path, 'node_modules'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
