// The scan policy for Go (§8a), the same at every level: plain data, looked up by the rules. A `*` at the end stands for anything.
import type { RuleId } from '../../contract/rules.ts';

interface Row {
  ruleId: RuleId;
  names: readonly string[];
}

/** Packages that may not be imported, or are worth a look. */
const packages: readonly Row[] = [
  { ruleId: 'SLP901', names: ['C', 'plugin', 'unsafe', 'syscall', 'os/exec', 'runtime/cgo', 'debug/*'] },
  { ruleId: 'SLP904', names: ['golang.org/x/sys/*'] },
];

/** What a package exports that is one of these, whatever the package is called in the file. */
const members: readonly (Row & { package: string })[] = [
  { ruleId: 'SLP901', package: 'os', names: ['StartProcess'] },
  { ruleId: 'SLP904', package: 'os', names: ['Setenv', 'RemoveAll'] },
  { ruleId: 'SLP904', package: 'net', names: ['Listen*'] },
];

/** Comments that the toolchain obeys. `go:embed` and `go:nosplit` are findings in some places only. */
const directives: readonly Row[] = [
  { ruleId: 'SLP902', names: ['go:linkname', 'go:cgo_*', 'go:embed', 'go:nosplit'] },
  { ruleId: 'SLP904', names: ['go:generate'] },
];

/** Functions that run by themselves. */
const functions: readonly Row[] = [{ ruleId: 'SLP904', names: ['init'] }];

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
  /** Asked with a member's name; undefined for a package of which everything may be used. */
  memberRule: (path: string) => memberRules.get(path),
} as const;
