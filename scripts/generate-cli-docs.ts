// Writes docs/cli.md from the commands themselves, the tables they read and the parts in cli-docs/. `--check` writes nothing and
// fails when the file is out of step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { z } from 'zod';
import { namesCommand } from '../src/cli/completion/names-command.ts';
import { environmentNames } from '../src/cli/connection/environment-names.ts';
import { exitCodes } from '../src/cli/exit-codes.ts';
import { createOutput } from '../src/cli/output.ts';
import { createProgram } from '../src/cli/program.ts';
import { jsonAnswers } from './cli-docs/json-output.ts';

const pathOf = (name: string) => fileURLToPath(import.meta.resolve(`../${name}`));
const file = pathOf('docs/cli.md');

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

/** Commands that do something, by their words. */
function* leaves(command: Command, words: string[]): Generator<[string, Command]> {
  if (command.commands.length === 0) yield [words.join(' '), command];
  for (const child of command.commands)
    if (!['plugin', namesCommand].includes(child.name())) yield* leaves(child, [...words, child.name()]);
}

const commands = [...leaves(program, [])];

function section([words, command]: [string, Command]): string {
  const json = jsonAnswers[words];
  const told = json === undefined ? [] : [`\`--json\`: ${json}.`];
  return [`### ${words}`, `\`\`\`text\n${helpOf(command)}\n\`\`\``, ...told].join('\n\n');
}

async function checkAnswers(): Promise<void> {
  const document = JSON.parse(await readFile(pathOf('openapi.json'), 'utf8'));
  const { schemas } = z.object({ schemas: z.record(z.string(), z.unknown()) }).parse(document.components);
  const told = Object.entries(jsonAnswers);
  const unknown = told
    .flatMap(([, text]) => text.match(/(?<=`)[A-Z]\w+(?=`)/g) ?? [])
    .filter((name) => !(name in schemas));
  const withJson = commands
    .filter(([, { options }]) => options.some(({ long }) => long === '--json'))
    .map(([words]) => words);
  const untold = withJson.filter((words) => !(words in jsonAnswers));
  const gone = told.map(([words]) => words).filter((words) => !withJson.includes(words));
  if (unknown.length + untold.length + gone.length > 0)
    throw new Error(`scripts/cli-docs/json-output.ts: ${JSON.stringify({ unknown, untold, gone })}`);
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

async function wantedText(): Promise<string> {
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
    'What could not be read comes before what was found: with 1 there is no verdict.',
    '## Environment',
    table(['name', 'also known as'], names),
    'A flag wins over the environment, that over what `slipway login` kept, and that over what a local start left in `.slipway/`.',
    '## JSON',
    'With `--json` a command prints exactly one object, and what goes on for long an object a line. When it fails the object is `{error: {title, detail, exit, status, hint, request_id, fields, details}}`, of which `title`, `detail` and `exit` are always there; `exit` is the name of the exit code.',
    '## Commands',
    `\`\`\`text\n${helpOf(program)}\n\`\`\``,
    '`slipway plugin COMMAND` is `slipway COMMAND`, for those who are used to it.',
    ...commands.map(section),
    lint.trimEnd(),
  ];
  return `${parts.join('\n\n')}\n`;
}

await checkAnswers();
const wanted = await wantedText();
if (!process.argv.includes('--check')) {
  await writeFile(file, wanted);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error('docs/cli.md is out of step with the commands. Run `node scripts/generate-cli-docs.ts`.');
  process.exit(1);
}
