// Says which modules and toolchain a Go plugin's repository needs to fix the advisories that affect its live version.
import { goStandardLibrary } from '../../contract/advisories.ts';
import { type GoKind, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { versionKey } from '../../osv/versions.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { type AffectedVersion, liveAffected } from '../plugins/affected-versions.ts';
import { Failure } from '../terminal/failure.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';
import type { RelockOptions } from './relock-version.ts';

/** Slipway builds exactly what the repository's go.mod says, so the fix is made there. */
export async function relockGoPlugin(
  connection: Connection,
  { kind, name }: { kind: GoKind; name: string },
  options: Pick<RelockOptions, 'publish' | 'deploy'>,
): Promise<CommandResult> {
  if (options.publish || options.deploy)
    throw new Failure('usage', `${name} is a Go plugin: its packages are chosen in its repository`, {
      hint: `Run \`slipway relock ${name}\` for the commands to run there, then \`slipway install\`.`,
    });
  // Throws if there is no such plugin, which no advisory affects either.
  await connection.client.get(`${goSurfaces[kind]}/{name}`, { path: { name } });
  const advisories: AffectedVersion[] = [];
  for await (const one of liveAffected(connection, { plugin: name }))
    if (one.plugin.kind === kind) advisories.push(one);
  const fixes = highestFixes(advisories);
  const toolchain = fixes.get(goStandardLibrary) ?? null;
  fixes.delete(goStandardLibrary);
  const modules = [...fixes].map(([module, version]) => `${module}@v${version}`);
  const command = modules.length === 0 ? null : `go get ${modules.join(' ')}`;
  const answer = { name, kind, command, toolchain, advisories };
  return { json: answer, text: formatFixes(answer) };
}

/** Returns the version that each module needs, so that no advisory with a known fix affects it. */
function highestFixes(advisories: readonly AffectedVersion[]): Map<string, string> {
  const fixes = new Map<string, string>();
  for (const { fixed_in: fix, package: used } of advisories) {
    const highest = fixes.get(used.name);
    if (fix !== null && (highest === undefined || (versionKey('Go', fix) ?? '') > (versionKey('Go', highest) ?? '')))
      fixes.set(used.name, fix);
  }
  return fixes;
}

interface Fixes {
  name: string;
  command: string | null;
  toolchain: string | null;
  advisories: readonly AffectedVersion[];
}

function formatFixes({ advisories, command, name, toolchain }: Fixes): string {
  if (advisories.length === 0) return `✓ no known advisory affects the live version of ${name}\n`;
  const rows = advisories.map(({ advisory, fixed_in, package: used }) => [
    printable(advisory.advisory_id),
    advisory.severity ?? '-',
    printable(`${used.name} ${used.version}`),
    fixed_in === null ? 'no fix is known' : printable(`fixed in ${fixed_in}`),
  ]);
  const steps = [
    ...(command === null ? [] : [['in its repository', printable(command)]]),
    ...(toolchain === null ? [] : [['on the builder', printable(`update the Go toolchain to ${toolchain} or later`)]]),
  ];
  return `advisories\n${table(rows)}${steps.length === 0 ? '' : `\n${table(steps)}`}`;
}
