// The Go toolchain of this machine, and the recipe that all builds here follow: what decides, besides the source, what comes out.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findOnPath, outputOf } from '../processes/program-on-path.ts';
import { inheritedVariables } from '../sandbox/trusted-program.ts';

export interface Go {
  executable: string;
  root: string;
  /** Such as `go1.26.8`. */
  version: string;
  /** Such as `linux/amd64`. */
  target: string;
  /** Of toolchain, target, flags and the module that plugins are compiled with. */
  recipe: string;
}

/** The oldest that reads what authors write today, and knows all the flags. */
const minimum = [1, 24] as const;

const hint = `install Go ${minimum.join('.')} or newer and start the builder again`;

/** Nothing of this machine gets in: the same source gives the same bytes elsewhere. */
export const buildFlags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid='];

/** builder/host-go: what plugins import, and the command that prepares their sources. */
export const hostModule = fileURLToPath(import.meta.resolve('../../host-go'));

/**
 * The same for every use of it: the toolchain that is here, configured by nobody, without cgo. Without HOME, too: there is nowhere
 * that it would find settings, and nowhere that its telemetry would write to behind its back.
 */
export const goSettings = {
  CGO_ENABLED: '0',
  GO111MODULE: 'on',
  GOENV: 'off',
  GOFLAGS: '',
  GOTOOLCHAIN: 'local',
  GOVCS: '*:off',
  GOWORK: 'off',
};

const described = z.object({ GOROOT: z.string().min(1), GOVERSION: z.string(), GOOS: z.string(), GOARCH: z.string() });

/** Or one line that says what is missing. */
export async function findGo(): Promise<Go | { reason: string }> {
  const executable = findOnPath('go');
  const env = { ...inheritedVariables(['PATH']), GOCACHE: 'off', GOPATH: tmpdir(), ...goSettings };
  const names = Object.keys(described.shape);
  const printed = executable && (await outputOf(executable, ['env', '-json', ...names], env));
  if (!executable || !printed) return { reason: `there is no go on PATH: ${hint}` };
  const { GOROOT, GOVERSION, GOOS, GOARCH } = described.parse(JSON.parse(printed));
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(GOVERSION) ?? [];
  if (Number(major) < minimum[0] || (Number(major) === minimum[0] && Number(minor) < minimum[1])) {
    return { reason: `go is version ${GOVERSION}, which is too old: ${hint}` };
  }
  const target = `${GOOS}/${GOARCH}`;
  return { executable, root: GOROOT, version: GOVERSION, target, recipe: recipeOf(GOVERSION, target) };
}

function recipeOf(version: string, target: string): string {
  const hash = createHash('sha256').update(JSON.stringify([version, target, buildFlags, goSettings]));
  for (const name of hostFiles()) hash.update(`\0${name}\0`).update(readFileSync(join(hostModule, name)));
  return hash.digest('hex');
}

/** Sorted; what only its own tests need is no part of it. */
export function hostFiles(): string[] {
  return readdirSync(hostModule, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.go$|^go\.mod$/.test(name) && !name.endsWith('_test.go'))
    .sort();
}
