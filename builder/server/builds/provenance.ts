// Records what an executable was built from. The modules are read from the executable itself.
import type { BuildSpec, Provenance } from '../../../src/contract/builds.ts';
import { buildFlags, goSettings } from './go.ts';
import type { Toolchain } from './toolchain.ts';

const hostPath = 'github.com/mimir-aip/mimir-aip-go';

export async function provenanceOf(
  toolchain: Toolchain,
  executable: string,
  { archive, commit }: BuildSpec,
): Promise<Provenance> {
  const { go } = toolchain;
  const ran = await toolchain.runQuick([go.executable, 'version', '-m', executable]);
  if (!ran.succeeded) throw new Error(`Could not read the modules of the executable: ${ran.errors}`);
  const settings = Object.entries(goSettings).map(([name, value]) => `${name}=${value}`);
  return {
    archive,
    commit,
    toolchain: go.version,
    target: go.target,
    flags: [...buildFlags, ...settings],
    recipe: go.recipe,
    modules: modulesIn(ran.output.toString('utf8')),
  };
}

/** Parses the output of `go version -m`: `dep` lines, each followed by a `=>` line if the module was replaced. */
export function modulesIn(printed: string): Provenance['modules'] {
  const modules: Provenance['modules'] = [];
  for (const line of printed.split('\n')) {
    const [, kind, path = '', version = '', sum = ''] = line.split('\t');
    const before = modules.at(-1);
    if (kind === 'dep') modules.push({ path, version, sum: sum === '' ? null : sum });
    else if (kind === '=>' && before && before.path !== hostPath) {
      modules[modules.length - 1] = { path, version, sum: sum === '' ? null : sum };
    }
  }
  return modules;
}
