// Finds this machine's Go toolchain, and defines its build recipe: everything that determines the executable except the source.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isolateLimits } from '../../../src/contract/limits/isolates.ts';
import { parseJson } from '../../../src/core/json/parse.ts';
import { findOnPath, programOutput } from '../programs/program-on-path.ts';
import type { Mount } from '../sandbox/sandbox.ts';
import { wasmTarget } from './targets.ts';

export interface Go {
  /** The program itself in `root`, which a wrapper on PATH may start. */
  executable: string;
  /** GOROOT, without symbolic links in the path. */
  root: string;
  /** `root`, and the places outside it that its links lead to. */
  mounts: Mount[];
  /** For example `go1.26.8`. */
  version: string;
  /** For example 26 for Go 1.26.8. */
  minor: number;
  /** For example `linux/amd64`. */
  target: string;
  /** Digest of the toolchain version, targets, flags and host module. */
  recipe: string;
}

/** The oldest version that supports the build flags and current go.mod files. */
const minimum = [1, 24] as const;

const hint = `Install Go ${minimum.join('.')} or newer and restart the builder.`;

/** Make builds reproducible: nothing in the executable depends on this machine. */
export const buildFlags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid='];

/** builder/host-go: the packages that plugins import, and the command that prepares their sources. */
export const hostModule = fileURLToPath(import.meta.resolve('../../host-go'));

/**
 * The environment of every Go command: the local toolchain, no user configuration, no cgo. Without HOME, Go finds no settings and has
 * nowhere to write telemetry.
 */
export const goSettings = {
  CGO_ENABLED: '0',
  GO111MODULE: 'on',
  GOENV: 'off',
  // Without this, module cache folders are read-only, and even the user who owns them can't remove them.
  GOFLAGS: '-modcacherw',
  GOTOOLCHAIN: 'local',
  GOVCS: '*:off',
  GOWORK: 'off',
};

const goEnvSchema = z.object({
  GOROOT: z.string().min(1),
  GOVERSION: z.string(),
  GOOS: z.string(),
  GOARCH: z.string(),
});

/** Returns the toolchain, or one line that says what is missing and how to fix it. */
export async function findGo(): Promise<Go | { reason: string }> {
  const found = findOnPath('go');
  if (!found) return { reason: `Go is not on PATH. ${hint}` };
  const env = { ...wrapperVariables(process.env), GOCACHE: 'off', GOPATH: tmpdir(), ...goSettings };
  const printed = await programOutput(found, ['env', '-json', ...Object.keys(goEnvSchema.shape)], env);
  const described = goEnvSchema.safeParse(parseJson(printed ?? ''));
  if (!described.success) return { reason: `${found} does not run as Go. ${hint}` };
  const { GOROOT, GOVERSION, GOOS, GOARCH } = described.data;
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(GOVERSION) ?? [];
  const isRecent = Number(major) > minimum[0] || (Number(major) === minimum[0] && Number(minor) >= minimum[1]);
  if (!isRecent) return { reason: `${goName(GOVERSION)} is too old. ${hint}` };
  const executable = join(GOROOT, 'bin', 'go');
  if (!existsSync(executable))
    return { reason: `${found} is ${goName(GOVERSION)}, but ${executable} is missing. ${hint}` };
  const root = realpathSync(GOROOT);
  const target = `${GOOS}/${GOARCH}`;
  const recipe = recipeOf(GOVERSION, target);
  return {
    executable: join(root, 'bin', 'go'),
    root,
    mounts: toolchainMounts(root),
    version: GOVERSION,
    minor: Number(minor),
    target,
    recipe,
  };
}

/** Returns a version as people write it, such as `Go 1.26.8`. */
export function goName(version: string): string {
  return `Go ${version.replace(/^go/, '')}`;
}

/** Returns the environment without Go's own variables. A version manager's wrapper needs the rest to find its Go. */
function wrapperVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:GO|CGO_)/.test(name)));
}

function recipeOf(version: string, target: string): string {
  const hash = createHash('sha256').update(
    JSON.stringify([version, target, buildFlags, goSettings, wasmTarget, isolateLimits]),
  );
  for (const name of hostFiles()) hash.update(`\0${name}\0`).update(readFileSync(join(hostModule, name)));
  return hash.digest('hex');
}

/** Returns the sorted paths of the host module's files, except tests. */
export function hostFiles(): string[] {
  return readdirSync(hostModule, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.go$|^go\.mod$/.test(name) && !name.endsWith('_test.go'))
    .sort();
}

/** The names in GOROOT that a build reads, each with the depth to which it may contain links. */
const rootParts = { VERSION: 0, 'go.env': 0, bin: 1, lib: 1, pkg: 3, src: 1 } as const;

/**
 * Returns GOROOT and what its links lead to. A process with its own root needs each target at the path that the link names. Debian, Arch
 * and openSUSE keep architecture-independent files under /usr/share and link to them.
 */
function toolchainMounts(root: string): Mount[] {
  const mounts: Mount[] = [[root, root]];
  for (const [name, depth] of Object.entries(rootParts)) addLinked(join(root, name), depth, mounts);
  return mounts;
}

function addLinked(path: string, depth: number, mounts: Mount[]): void {
  // A link without a target is documentation that isn't installed.
  if (!statSync(path, { throwIfNoEntry: false })) return;
  const isLink = lstatSync(path).isSymbolicLink();
  const target = isLink ? resolve(dirname(path), readlinkSync(path)) : path;
  if (!mounts.some(([, seen]) => target === seen || target.startsWith(`${seen}/`)))
    mounts.push([realpathSync(target), target]);
  if (depth === 0 || !statSync(target).isDirectory()) return;
  for (const name of readdirSync(target)) addLinked(join(target, name), depth - 1, mounts);
}
