// Defines a trial of `npm run release:check`, and runs its programs as on a user's machine: they inherit only the locations of programs
// and registries from this environment.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Trial {
  name: string;
  /** Runs the trial. Throws if something doesn't work. Returns a summary of what worked. */
  run(place: Place): string | Promise<string>;
}

export interface Place {
  /** An empty folder, removed after the trial. */
  folder: string;
  /** Path of the packed command line. */
  tarball: string;
  version: string;
}

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

const limitMs = 10 * 60_000;

/** Machine settings that package managers need to reach their registries. */
const settings =
  /^(?:https?_proxy|no_proxy|npm_config_(?:registry|cafile|userconfig)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|UV_\w+|PIP_\w+)$/i;

/** Runs a program in an environment with PATH, HOME, registry settings, and `env`. */
export function run(command: string, args: string[], { cwd, env = {} }: RunOptions): Ran {
  const { PATH, HOME } = process.env;
  const passed = Object.fromEntries(Object.entries(process.env).filter(([name]) => settings.test(name)));
  const ran = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: limitMs,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...passed, PATH, HOME, ...env },
  });
  return { status: ran.status, stdout: ran.stdout ?? '', stderr: ran.error?.message ?? ran.stderr };
}

/** Returns the program's output. Throws if it fails. */
export function commandOutput(command: string, args: string[], options: RunOptions): string {
  const ran = run(command, args, options);
  expectThat(ran.status === 0, `${command} ${args.join(' ')}`, ran);
  return ran.stdout;
}

/** Throws with the program's output unless the condition holds. */
export function expectThat(condition: boolean, what: string, { status, stdout, stderr }: Ran): void {
  if (!condition) throw new Error(`${what}: exit code ${status}\n${stdout}\n${stderr}`);
}

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A source that the scan rejects, and the rule that the scan reports. */
export const refused = { source: 'import os\n\nos.system("ls")\n', rule: 'SLP301' };
