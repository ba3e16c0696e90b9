// Compares the scan with go/parser on the sources of the installed Go. Both read the same files, and find the same uses of the policy's
// names.
// @module-tag go
// @module-tag weekly
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { goPolicy, goTables } from '../../src/scan/go/policy.ts';
import { scanGo } from '../scan/support/go.ts';

const program = fileURLToPath(import.meta.resolve('../scan/support/parsed/go.go'));
const found = z.array(z.object({ line: z.int(), name: z.string() }));
const parsedSchema = z.object({
  path: z.string(),
  refused: z.boolean(),
  imports: found,
  functions: found,
  directives: found,
  uses: z.array(z.object({ line: z.int(), package: z.string(), member: z.string() })),
});
type Parsed = z.infer<typeof parsedSchema>;

/** Directives for which a finding depends on more than the comment. */
const conditional = ['go:embed', 'go:nosplit'];
/** A larger file may exceed one of the scan's limits. */
const sourceBytesMax = 1024 * 1024;

function goSources(): string[] {
  const folder = join(execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim(), 'src');
  return globSync('**/*.go', { cwd: folder })
    .map((path) => join(folder, path))
    .filter((path) => !path.includes('/testdata/') && statSync(path).size <= sourceBytesMax)
    .sort();
}

function parsedByGo(paths: readonly string[]): Parsed[] {
  const methods = goTables.methods.flatMap(({ names }) => names.map((name) => `.${name.replace('*', '')}`));
  const watched = [...goTables.members.map((row) => row.package), ...methods];
  const input = paths.join('\n');
  const output = execFileSync('go', ['run', program, ...watched], { encoding: 'utf8', input, maxBuffer: 2 ** 30 });
  return output
    .trim()
    .split('\n')
    .map((line) => parsedSchema.parse(JSON.parse(line)));
}

/** Returns the findings that go/parser expects in a file, as `line rule name`. */
function expectedFindings({ directives, functions, imports, refused, uses }: Parsed): string[] {
  if (refused) return ['refused'];
  const byName = (rows: z.infer<typeof found>, rule: (name: string) => string | undefined) =>
    rows.flatMap(({ line, name }) => (rule(name) ? [`${line} ${rule(name)} ${name}`] : []));
  return sorted([
    ...byName(imports, goPolicy.packageRule),
    ...byName(functions, goPolicy.functionRule),
    ...byName(
      directives.filter(({ name }) => !conditional.includes(name)),
      goPolicy.directiveRule,
    ),
    ...uses.flatMap(({ line, member, package: path }) => {
      const isMethod = path === '';
      const rule = isMethod ? goPolicy.methodRule(member) : goPolicy.memberRule(path)?.(member);
      return rule ? [`${line} ${rule} ${isMethod ? member : `${path}.${member}`}`] : [];
    }),
  ]);
}

async function scannedFindings(path: string): Promise<string[]> {
  const findings = await scanGo(new Uint8Array(readFileSync(path)), 'source.go');
  if (findings.some(({ ruleId }) => ruleId === 'SLP601')) return ['refused'];
  const shown = findings.filter(({ name }) => !conditional.includes(name));
  return sorted(shown.map(({ line, name, ruleId }) => `${line} ${ruleId} ${name}`));
}

function sorted(findings: string[]): string[] {
  return [...new Set(findings)].sort();
}

test('the scan finds everything that go/parser finds in every Go source', { timeout: 1_800_000 }, async () => {
  const parsed = parsedByGo(goSources());
  expect(parsed.length).toBeGreaterThan(1000);
  const differences: unknown[] = [];
  for (const file of parsed) {
    const [expected, scanned] = [expectedFindings(file), await scannedFindings(file.path)];
    if (expected.join('\n') !== scanned.join('\n')) differences.push({ path: file.path, expected, scanned });
  }
  expect(differences).toEqual([]);
});
