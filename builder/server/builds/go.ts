// Finds this machine's Go toolchain, and defines its build recipe: everything that determines the executable except the source.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isolateLimits } from '../../../src/contract/limits/isolates.ts';
import { findOnPath, programOutput } from '../processes/program-on-path.ts';
import { inheritedVariables } from '../sandbox/trusted-program.ts';
import { wasmTarget } from './targets.ts';

export interface Go {
  executable: string;
  root: string;
  /** For example `go1.26.8`. */
  version: string;
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
  const executable = findOnPath('go');
  const env = { ...inheritedVariables(['PATH']), GOCACHE: 'off', GOPATH: tmpdir(), ...goSettings };
  const names = Object.keys(goEnvSchema.shape);
  const printed = executable && (await programOutput(executable, ['env', '-json', ...names], env));
  if (!executable || !printed) return { reason: `Go is not on PATH. ${hint}` };
  const { GOROOT, GOVERSION, GOOS, GOARCH } = goEnvSchema.parse(JSON.parse(printed));
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(GOVERSION) ?? [];
  if (Number(major) < minimum[0] || (Number(major) === minimum[0] && Number(minor) < minimum[1])) {
    return { reason: `Go ${GOVERSION.slice(2)} is too old. ${hint}` };
  }
  const target = `${GOOS}/${GOARCH}`;
  return { executable, root: GOROOT, version: GOVERSION, target, recipe: recipeOf(GOVERSION, target) };
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
