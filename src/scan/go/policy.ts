// Defines the policy for Go (scan policy §8a), which is the same at every level. A `*` at the end of a name matches any characters.
import type { RuleId } from '../../contract/findings/rules.ts';

interface Row {
  ruleId: RuleId;
  names: readonly string[];
}

/** Packages that may not be imported, or whose import is a warning. */
const packages: readonly Row[] = [
  {
    ruleId: 'SLP901',
    names: ['C', 'plugin', 'unsafe', 'syscall', 'os/exec', 'runtime/cgo', 'debug/*', 'net/http/cgi'],
  },
  // Calls C without cgo, and interprets Go.
  {
    ruleId: 'SLP901',
    names: [
      ...['github.com/ebitengine/purego', 'github.com/ebitengine/purego/*'],
      ...['github.com/traefik/yaegi', 'github.com/traefik/yaegi/*'],
    ],
  },
  { ruleId: 'SLP904', names: ['golang.org/x/sys/*'] },
];

/** Exported members, whatever name the file gives their package. */
const members: readonly (Row & { package: string })[] = [
  { ruleId: 'SLP901', package: 'os', names: ['StartProcess', 'FindProcess'] },
  { ruleId: 'SLP904', package: 'os', names: ['Setenv', 'RemoveAll'] },
  { ruleId: 'SLP904', package: 'net', names: ['Listen*', 'FileListener', 'FileConn'] },
  { ruleId: 'SLP904', package: 'net/http', names: ['ListenAndServe*'] },
];

/** Comments that direct the toolchain. `go:embed` and `go:nosplit` are findings in some cases only. */
const directives: readonly Row[] = [
  { ruleId: 'SLP902', names: ['go:linkname', 'go:cgo_*', 'go:embed', 'go:nosplit'] },
  { ruleId: 'SLP904', names: ['go:generate'] },
];

/** Functions that run without being called. */
const functions: readonly Row[] = [{ ruleId: 'SLP904', names: ['init'] }];

/** Part of the policy's fingerprint (scripts/testing/policy-fingerprint.ts). */
export const goTables = { packages, members, directives, functions };

function lookUp(rows: readonly Row[]): (name: string) => RuleId | undefined {
  const entries = rows.flatMap(({ names, ruleId }) => names.map((name) => ({ name, ruleId })));
  const exact = new Map(entries.map(({ name, ruleId }) => [name, ruleId]));
  const prefixes = entries
    .filter(({ name }) => name.endsWith('*'))
    .map((row) => ({ ...row, prefix: row.name.slice(0, -1) }));
  return (name) => exact.get(name) ?? prefixes.find(({ prefix }) => name.startsWith(prefix))?.ruleId;
}

const memberRules = new Map(
  [...Map.groupBy(members, (row) => row.package)].map(([path, rows]) => [path, lookUp(rows)]),
);

export const goPolicy = {
  packageRule: lookUp(packages),
  directiveRule: lookUp(directives),
  functionRule: lookUp(functions),
  /** Returns a lookup by member name; undefined for a package without forbidden members. */
  memberRule: (path: string) => memberRules.get(path),
} as const;
