// Runs the real CLI as a separate process, and creates folders for it to work on.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject, onTestFinished } from 'vitest';

const main = inject('cli');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Standard input. */
  input?: string | Uint8Array;
  /** Script to run. Defaults to the script in the npm package. */
  script?: string;
}

/** Returns the CLI's environment: the tests', with a cache that root's commands need not move. */
export function ownVariables(env: Record<string, string> = {}): Record<string, string> {
  return { ...process.env, XDG_CACHE_HOME: inject('cliCache'), ...env };
}

/** Runs the CLI without a terminal. `slipwayInProcess` costs less where a test isn't about the process. */
export function slipway(args: readonly string[], { cwd, env, input, script = main }: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [script, ...args], { cwd, env: ownVariables(env), stdio: 'pipe' });
  // A command that reads no input may have exited already.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk) => stdout.push(chunk));
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

/** Creates a folder with these files. The folder is deleted after the test. */
export function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = keptFolderOf(files);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates a folder with these files for several tests. Delete it after them. */
export function keptFolderOf(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

export const plugin = {
  'manifest.py': 'feature_extractor_name = "demo"\nversion = "1.0.0"\n',
  'pipeline.py': 'def build_steps(extractor_request, **kwargs):\n    return {"steps": []}\n',
};
