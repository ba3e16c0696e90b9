// Checks a plugin's declared dependencies against the registry's lists and the imports in its files. Resolves nothing.
import { type Finding, finding } from '../../contract/findings/finding.ts';
import { parseRequirement } from '../../contract/plugin/requirement.ts';
import type { PolicyLevel } from '../../contract/states.ts';
import { isStandardModule } from '../../scan/policy/listed-modules.ts';
import { listTopLevelModules } from '../../scan/scan.ts';
import { fileFinding, manifestFile } from '../findings.ts';
import { realtimeFile, type SourceFile, type Sources } from '../python/sources.ts';
import type { Declared } from './dependencies.ts';
import {
  isDeniedDistribution,
  isListedDistribution,
  isProvidedByHost,
  moduleDistributions,
  providesModule,
} from './distributions.ts';

/** Reports declared distributions that no plugin may use. */
export function deniedDependencies(declared: readonly Declared[]): Finding[] {
  return declared
    .filter(({ name }) => isDeniedDistribution(name))
    .map(({ file, at, name }) => {
      const message = `${name} opens a remote shell or a tunnel, which plugins may not use. Remove it from ${file}.`;
      return fileFinding('SLM106', { file, at }, name, message);
    });
}

export function unlistedDependencies(declared: readonly Declared[]): Finding[] {
  const known = ({ name }: Declared) => isListedDistribution(name) || isDeniedDistribution(name);
  const unlisted = new Map(
    declared
      .filter((one) => !known(one))
      .map((one) => [one.name, one] as const)
      .reverse(),
  );
  return [...unlisted.values()].map(({ file, at, name }) => {
    const message = `${name} is not on the list of libraries known to work in plugins. Its calls show whether it works.`;
    return fileFinding('SLM406', { file, at }, name, message);
  });
}

/** The strict level has its own rule for unlisted libraries. */
export function adviceAt(level: PolicyLevel, advice: readonly Finding[]): Finding[] {
  if (level === 'seed') return [...advice];
  return advice.map((one) => (one.ruleId === 'SLM406' ? finding('SLP190', one, one.name) : one));
}

/** Python 2 modules, which the scan rejects. No distribution would help. */
const removedModules: ReadonlySet<string> = new Set(['commands', 'popen2']);

/** Reports each undeclared third-party module once, at its first import. manifest.py never runs, so its own imports don't count. */
export function undeclaredImports(
  { files }: Sources,
  paths: readonly string[],
  dependencies: readonly string[],
): Finding[] {
  const names = dependencies.flatMap((text) => parseRequirement(text)?.name ?? []);
  const own = new Set(listTopLevelModules(paths));
  const isKnown = (module: string) =>
    isStandardModule(module) ||
    removedModules.has(module) ||
    module.startsWith('_') ||
    own.has(module) ||
    isProvidedByHost(module) ||
    names.some((name) => providesModule(name, module));
  const found = new Map<string, Finding>();
  const called = files.has(realtimeFile) ? loadedFrom(files, realtimeFile) : new Set(files.keys());
  const loaded = runFiles(files);
  // If both realtime and batch files import a module, reports it where calls need it.
  for (const [file, { outline }] of [...loaded].sort(([a], [b]) => Number(called.has(b)) - Number(called.has(a)))) {
    for (const { at, root } of outline.moduleImports) {
      if (isKnown(root) || found.has(root)) continue;
      const [suggested = root] = moduleDistributions(root);
      const fix = `Add ${JSON.stringify(suggested)} to \`dependencies\` in manifest.py`;
      const message = called.has(file)
        ? `${root} is imported in ${file}:${at.line} but not declared. ${fix}.`
        : `${root} is imported in ${file}:${at.line} but not declared. Only batches load this file. ${fix}, unless the batch engine provides it.`;
      found.set(root, fileFinding('SLM407', { file, at }, root, message));
    }
  }
  return [...found.values()];
}

/** Returns the file and everything that it imports, directly or not. */
function loadedFrom(files: ReadonlyMap<string, SourceFile>, first: string): Set<string> {
  const loaded = new Set<string>();
  const open = [first];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    for (const { target } of files.get(file)?.imports ?? []) open.push(...target.files);
  }
  return loaded;
}

function runFiles(files: ReadonlyMap<string, SourceFile>): [string, SourceFile][] {
  const imported = new Set([...files.values()].flatMap(({ imports }) => imports.flatMap(({ target }) => target.files)));
  return [...files].filter(([file]) => file !== manifestFile || imported.has(manifestFile));
}
