// Defines the policy for Go (scan policy §8a), which is the same at every level. A `*` at the end of a name matches any characters.
import type { RuleId } from '../../contract/findings/rules.ts';

interface Row {
  ruleId: RuleId;
  names: readonly string[];
}

/** Returns the names of a module's packages: its own name, and those of its folders and major versions. */
function packagesOf(...modules: readonly string[]): string[] {
  return modules.flatMap((module) => [module, `${module}/*`]);
}

/** Returns the package names of GitHub repositories, in lowercase, including their gopkg.in names. */
function repositories(...names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return lower.flatMap((name) => [...packagesOf(`github.com/${name}`), `gopkg.in/${name}.*`]);
}

/** Interpreters that give scripts access to system functions, so they may start programs. */
const systemInterpreters: Row = {
  ruleId: 'SLP901',
  names: [
    ...repositories('traefik/yaegi', 'containous/yaegi', 'cosmos72/gomacro'),
    ...repositories('yuin/gopher-lua', 'Shopify/go-lua', 'arnodel/golua', 'd5/tengo', 'mattn/anko'),
    ...repositories('goplus/gop', 'goplus/igop', 'goplus/ixgo', 'risor-io/risor', 'glycerine/zygomys'),
  ],
};

/** Interpreters whose scripts reach only what the plugin provides. The scan doesn't see these scripts. */
const closedInterpreters: Row = {
  ruleId: 'SLP904',
  names: [
    ...repositories('dop251/goja', 'dop251/goja_nodejs', 'grafana/sobek', 'robertkrimen/otto'),
    ...[...packagesOf('go.starlark.net'), ...repositories('google/starlark-go', 'google/skylark')],
    ...repositories('Azure/golua', 'go-python/gpython', 'buke/quickjs-go', 'fastschema/qjs', 'rogchap/v8go'),
    ...[...packagesOf('rogchap.com/v8go'), ...packagesOf('modernc.org/quickjs')],
    ...repositories('tetratelabs/wazero', 'bytecodealliance/wasmtime-go', 'wasmerio/wasmer-go', 'extism/go-sdk'),
  ],
};

/** Packages whose import is an error or a warning. */
const packages: readonly Row[] = [
  {
    ruleId: 'SLP901',
    names: ['C', 'plugin', 'unsafe', 'syscall', 'os/exec', 'runtime/cgo', 'debug/*', 'net/http/cgi'],
  },
  // Calls C without cgo.
  { ruleId: 'SLP901', names: repositories('ebitengine/purego') },
  systemInterpreters,
  closedInterpreters,
  { ruleId: 'SLP904', names: ['golang.org/x/sys/*'] },
];

/**
 * Modules whose requirement in `go.mod` is only a warning, because another module's package may import them. What they reach then is
 * evaluated with the program (SLP905).
 */
const requirements: readonly Row[] = [
  { ruleId: 'SLP904', names: [...systemInterpreters.names, ...closedInterpreters.names] },
];

/**
 * Exported members, whatever name the file gives their package. They include types, because a process can be created from just its type
 * and a number.
 */
const members: readonly (Row & { package: string })[] = [
  { ruleId: 'SLP901', package: 'os', names: ['StartProcess', 'FindProcess', 'Process'] },
  { ruleId: 'SLP904', package: 'os', names: ['Setenv', 'RemoveAll'] },
  { ruleId: 'SLP904', package: 'net', names: ['Listen*', 'FileListener', 'FileConn'] },
  { ruleId: 'SLP904', package: 'net/http', names: ['ListenAndServe*'] },
];

/** Methods and fields with these names on any value, because a file's tokens don't show a value's type. */
const methods: readonly Row[] = [{ ruleId: 'SLP904', names: ['ListenAndServe*'] }];

/** Comments that direct the toolchain. `go:embed` and `go:nosplit` are findings in some cases only. */
const directives: readonly Row[] = [
  { ruleId: 'SLP902', names: ['go:linkname', 'go:cgo_*', 'go:embed', 'go:nosplit'] },
  // Imports a function from the host of the WebAssembly module.
  { ruleId: 'SLP901', names: ['go:wasmimport'] },
  { ruleId: 'SLP904', names: ['go:generate'] },
];

/** Functions that run without being called. */
const functions: readonly Row[] = [{ ruleId: 'SLP904', names: ['init'] }];

/** Part of the policy's fingerprint (scripts/testing/policy-fingerprint.ts). */
export const goTables = { packages, requirements, members, methods, directives, functions };

type LookUp = (name: string) => RuleId | undefined;

function lookUp(rows: readonly Row[]): LookUp {
  const entries = rows.flatMap(({ names, ruleId }) => names.map((name) => ({ name, ruleId })));
  const exact = new Map(entries.map(({ name, ruleId }) => [name, ruleId]));
  const prefixes = entries
    .filter(({ name }) => name.endsWith('*'))
    .map((row) => ({ ...row, prefix: row.name.slice(0, -1) }));
  return (name) => exact.get(name) ?? prefixes.find(({ prefix }) => name.startsWith(prefix))?.ruleId;
}

/** Looks paths up. Ignores case in hosted paths, as GitHub does. Paths in the standard library have no dot. */
function lookUpPath(rows: readonly Row[]): LookUp {
  const rule = lookUp(rows);
  return (path) => rule(path.includes('.') ? path.toLowerCase() : path);
}

const memberRules = new Map(
  [...Map.groupBy(members, (row) => row.package)].map(([path, rows]) => [path, lookUp(rows)]),
);

/** Returns the rules that may report this name, as a package, a package member, a method, a directive or a function. */
export function rulesOfGoName(name: string): RuleId[] {
  const dot = name.lastIndexOf('.');
  const [path, member] = [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
  const { directiveRule, functionRule, memberRule, methodRule, packageRule } = goPolicy;
  const found = [packageRule(name), memberRule(path)?.(member), packageRule(path), methodRule(name)];
  return [...found, directiveRule(name), functionRule(name)].filter((rule) => rule !== undefined);
}

export const goPolicy = {
  packageRule: lookUpPath(packages),
  requirementRule: lookUpPath(requirements),
  methodRule: lookUp(methods),
  directiveRule: lookUp(directives),
  functionRule: lookUp(functions),
  /** Returns a lookup by member name; undefined if the package has no forbidden members. */
  memberRule: (path: string) => memberRules.get(path),
} as const;
