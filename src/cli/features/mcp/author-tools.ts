// Defines what each tool for authors does. An agent's prompt may come from strangers: tools read only plugins in the current folder, and
// change nothing.
import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import type { LogLevel } from '../../../contract/builder/logs/level.ts';
import { serverCommand } from '../../command/command.ts';
import type { AddCommand, CommandResult } from '../../command/context.ts';
import { logs } from '../../find/logs.ts';
import { lintPath } from '../../lint/lint-path.ts';
import { requirePluginFolder } from '../../lint/plugin-folder.ts';
import { buildReport, reportJson } from '../../lint/report.ts';
import { writeText } from '../../lint/text.ts';
import { nodeParsers } from '../../parsers.ts';
import { parsePluginRef, resolveVersion } from '../../plugins/plugin-ref.ts';
import { status } from '../../run/status.ts';
import { Failure } from '../../terminal/failure.ts';
import { printable } from '../../terminal/terminal-text.ts';
import { testPlugin } from '../../test/test-plugin.ts';
import type { ToolContext } from './author-answers.ts';

/** Like `slipway lint`, with hints also for a rejected plugin. */
export async function lintFolder({ folder }: { folder: string }, { output }: ToolContext): Promise<CommandResult> {
  const path = pluginFolder(folder);
  const context = { parsers: nodeParsers(), level: 'seed' as const, threads: availableParallelism() };
  const subject = { path, ...(await lintPath(path, context)) };
  const report = buildReport([subject], context.level);
  for (const { path, why } of report.unchecked) output.error(printable(`cannot check ${path}: ${why}`));
  await writeText(report, output);
  const { hints = [] } = subject;
  return { json: { ...reportJson(report), hints }, text: '', notes: hints.map((hint) => `hint: ${hint}`) };
}

export async function testFolder({ folder }: { folder: string }, context: ToolContext): Promise<CommandResult> {
  return testPlugin({ path: pluginFolder(folder) }, context, context.signal);
}

/** Returns the path of a plugin's folder, relative to the current folder. Refuses one outside, also behind a link. */
function pluginFolder(folder: string): string {
  const here = realpathSync('.');
  const outside = new Failure('usage', `${printable(folder)} is outside the folder in which \`slipway mcp\` runs`, {
    hint: 'Name a folder in it, such as `.` or `my_plugin`.',
  });
  const isInside = (path: string) => !isAbsolute(path) && path !== '..' && !path.startsWith(`..${sep}`);
  if (!isInside(relative(here, resolve(here, folder)))) throw outside;
  const path = relative(here, realpathSync(folder)) || '.';
  if (!isInside(path)) throw outside;
  requirePluginFolder(path, 'test');
  return path;
}

export function statusOf({ name }: { name?: string | undefined }, context: ToolContext) {
  return runCommand(status, ['status', ...(name === undefined ? [] : [name])], context);
}

export function logsOf(input: { name: string; level?: LogLevel | undefined; limit: number }, context: ToolContext) {
  const { level, limit, name } = input;
  const least = level === undefined ? [] : ['--level', level];
  return runCommand(logs, ['logs', name, '--tail', String(limit), ...least], context);
}

export function findingsOf(input: { name: string; version?: string | undefined }, context: ToolContext) {
  const { name, version } = input;
  return runCommand(findings, ['findings', version === undefined ? name : `${name}@${version}`], context);
}

/** Only a tool: `slipway lint` and the console show findings to people. */
const findings = serverCommand({
  name: 'findings',
  description: "Shows the scanner's findings about a version.",
  arguments: { '<plugin>': 'NAME or NAME@VERSION' },
  examples: [],
  async run(connection, { plugin }) {
    const { pluginId } = await resolveVersion(connection, await parsePluginRef(plugin));
    const path = { namespace_id: await connection.namespaceId(), plugin_id: pluginId };
    const scan = await connection.client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/scan', { path });
    const lines = scan.findings.map(({ column, file, line, message, rule, severity, waived }) =>
      printable(`${file}:${line}:${column}: ${severity}: ${message} [${rule}]${waived ? ' (waived)' : ''}`),
    );
    const verdict = `${scan.name} ${scan.version}: ${scan.verdict} (policy ${scan.policy_version}, ${scan.level})`;
    return { json: scan, text: [verdict, ...lines].join('\n') };
  },
});

/** Runs a command as its users do, with the same settings. The arguments are checked: none begins with `-`, unless it is an option. */
async function runCommand(add: AddCommand, args: string[], context: ToolContext): Promise<CommandResult> {
  const results: CommandResult[] = [];
  const caller = { signal: context.signal, take: (result: CommandResult) => results.push(result) };
  const program = new Command('slipway').exitOverride();
  program.configureOutput({ writeOut: context.output.info, outputError: () => {} });
  add(program, { ...context, caller, added: new Set() });
  await program.parseAsync(args, { from: 'user' });
  const [result] = results;
  if (!result) throw new Error(`${args.join(' ')} gave no result`);
  return result;
}
