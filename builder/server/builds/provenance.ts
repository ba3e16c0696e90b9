// Records what an executable or a WebAssembly module was built from. An executable's modules are read from the executable itself.
import { type BuildSpec, isPrivateCopy, type Provenance } from '../../../src/contract/builder/builds.ts';
import { explain } from '../programs/run-program.ts';
import { buildFlags, goSettings } from './go.ts';
import { listModules, type Package } from './package-survey.ts';
import { wasmTarget, wasmTargetName } from './targets.ts';
import type { Toolchain } from './toolchain.ts';

const hostPath = 'github.com/mimir-aip/mimir-aip-go';

export async function buildProvenance(
  toolchain: Toolchain,
  executable: string,
  { archive, commit }: BuildSpec,
): Promise<Provenance> {
  const { go } = toolchain;
  const ran = await toolchain.runQuick([go.executable, 'version', '-m', executable]);
  if (!ran.succeeded) throw new Error(`Could not read the executable's modules: ${explain(ran)}`);
  return {
    archive,
    commit,
    toolchain: go.version,
    target: go.target,
    flags: [...buildFlags, ...asAssignments(goSettings)],
    recipe: go.recipe,
    modules: modulesIn(ran.output.toString('utf8')),
  };
}

/** A WebAssembly module doesn't record what it was built from, so this uses its package list. */
export function wasmProvenance(
  { go }: Toolchain,
  packages: readonly Package[],
  { archive, commit }: BuildSpec,
): Provenance {
  return {
    archive,
    commit,
    toolchain: go.version,
    target: wasmTargetName,
    flags: [...wasmTarget.flags, ...buildFlags, ...asAssignments({ ...goSettings, ...wasmTarget.settings })],
    recipe: go.recipe,
    modules: listModules(packages, hostPath),
  };
}

function asAssignments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

/** Parses the output of `go version -m`: `dep` lines, each followed by a `=>` line if the module was replaced. */
export function modulesIn(printed: string): Provenance['modules'] {
  const modules: Provenance['modules'] = [];
  for (const line of printed.split('\n')) {
    const [, kind, path = '', version = '', sum = ''] = line.split('\t');
    const before = modules.at(-1);
    if (kind === 'dep') modules.push({ path, version, sum: sum === '' ? null : sum });
    else if (kind === '=>' && before && before.path !== hostPath && !isPrivateCopy(path)) {
      modules[modules.length - 1] = { path, version, sum: sum === '' ? null : sum };
    }
  }
  return modules;
}
