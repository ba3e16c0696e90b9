// Writes the site's command-line reference, from the commands, the tables they use and the texts in this folder.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { environmentNames } from '../../src/cli/connection/environment-names.ts';
import { createProgram } from '../../src/cli/program.ts';
import { namesCommand } from '../../src/cli/set-up/completion-script.ts';
import { exitCodes } from '../../src/cli/terminal/exit-codes.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';
import { jsonOutput, ownOutput } from './json-output.ts';
import { documentModel, renderSchemas } from './schemas.ts';

const pathOf = (name: string) => fileURLToPath(import.meta.resolve(`../../${name}`));

let written = '';
const stream = { write: () => true };
const program = createProgram({
  output: { ...createOutput(stream, stream, {}, true), data: (text) => (written += text) },
  finish: () => {},
  environment: {},
});

function helpOf(command: Command): string {
  written = '';
  command.outputHelp();
  return written.trimEnd();
}

/** Yields every command without subcommands, with its full name. */
function* leaves(command: Command, words: string[]): Generator<[string, Command]> {
  if (command.commands.length === 0) yield [words.join(' '), command];
  for (const child of command.commands)
    if (!['plugin', namesCommand].includes(child.name())) yield* leaves(child, [...words, child.name()]);
}

const commands = [...leaves(program, [])];

function section([name, command]: [string, Command]): string {
  const json = outputs.get(name);
  const output = json === undefined ? [] : [`\`--json\`: ${json}.`];
  return [`### ${name}`, `\`\`\`text\n${helpOf(command)}\n\`\`\``, ...output].join('\n\n');
}

const document = documentModel.parse(JSON.parse(await readFile(pathOf('openapi.json'), 'utf8')));
const { schemas } = document.components;
const outputs = new Map(
  commands
    .filter(([, { options }]) => options.some(({ long }) => long === '--json'))
    .map(([words]) => [words, jsonOutput(words, document)] as const),
);
const schemaNames = new Set([...outputs.values()].flatMap((text) => text?.match(/(?<=`)[A-Z]\w+(?=`)/g) ?? []));

/** Throws if a command with `--json` has no description of its output, or if a description has no command. */
function checkJsonOutput(): void {
  const unknownSchemas = [...schemaNames].filter((name) => !(name in schemas));
  const missing = [...outputs].flatMap(([words, text]) => (text === undefined ? [words] : []));
  const obsolete = Object.keys(ownOutput).filter((words) => !outputs.has(words));
  if (unknownSchemas.length + missing.length + obsolete.length > 0)
    throw new Error(`scripts/cli-docs/json-output.ts: ${JSON.stringify({ unknownSchemas, missing, obsolete })}`);
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Returns a Markdown page with every command, its help, its JSON and the schemas that the JSON refers to. */
export async function cliReference(): Promise<string> {
  checkJsonOutput();
  const [intro = '', lint = ''] = await Promise.all(
    ['intro', 'lint'].map((name) => readFile(pathOf(`scripts/cli-docs/${name}.md`), 'utf8')),
  );
  const codes = Object.entries(exitCodes).map(([name, { code, meaning }]) => [String(code), `\`${name}\``, meaning]);
  const names = Object.values(environmentNames).map(([own, ...others]) => [
    `\`${own}\``,
    others.map((name) => `\`${name}\``).join(', '),
  ]);
  const parts = [
    intro.trimEnd(),
    '## Exit codes',
    table(['code', 'name', 'meaning'], codes),
    'An unreadable file takes precedence over findings: exit code 1 means that there is no verdict.',
    '## Environment',
    table(['name', 'also known as'], names),
    "Settings are resolved in this order: flags, environment, the settings stored by `slipway login`, and the local server whose `.slipway/local.json` is in the plugin's folder, the current folder or a parent folder. `slipway config list --origin` shows where each value comes from. `--api-key`, `--base-url`, `--namespace`, `--admin-token` and `--json` may also precede the command, as in `slipway --base-url URL list`.",
    '## JSON',
    'With `--json`, a command prints exactly one object; streaming commands print one object per line. On failure, the object is `{error: {title, detail, exit, status, hint, request_id, fields, details}}`. `title`, `detail` and `exit` are always present; `exit` is the name of the exit code.',
    'A list is `{results, pagination: {next_cursor}}`, as in the API. `next_cursor` is null on the last page; otherwise `--cursor` continues there, and `--limit` sets the page size. Capitalized names are the schemas [below](#schemas), taken from `openapi.json`.',
    '## Commands',
    `\`\`\`text\n${helpOf(program)}\n\`\`\``,
    '`slipway plugin COMMAND` is an alias of `slipway COMMAND`, for users of other clients.',
    ...commands.map(section),
    lint.trimEnd(),
    '## Schemas',
    'Fields may be added, so programs should ignore unknown fields.',
    `\`\`\`ts\n${renderSchemas(schemaNames, schemas)}\n\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}
