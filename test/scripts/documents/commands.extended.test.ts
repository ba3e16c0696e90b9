// Tries each command in the documents as a reader would: under the machine's own Node, and without this project's programs unless the
// document has put them into PATH. Scripts only print their help. documents.test.ts checks the arguments of `slipway`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished, test } from 'vitest';
import { commandsIn, type DocumentedCommand, documentsWithCommands } from '../../documented-commands.ts';

/** Programs that `npm ci` installs, and that a machine lacks or has in another version. */
const installed = new Set(['biome', 'drizzle-kit', 'tsc', 'vitest', 'wrangler']);
const ours = new Set([...installed, 'node', 'npm', 'npx', 'slipway']);

/** Other programs. Tests know only that documents use them. */
const others = new Set(
  `alias apt-get base64 cat cd claude curl date docker echo export find gh git grep json kubectl mkdir mktemp od
  openapi-python-client openssl pip printf python3 python3.12 sha256sum sleep sort sqlite3 ssh-keygen ssh-keyscan tar tr umask uuidgen
  xargs`.split(/\s+/),
);

/** Files without a help text, and the test that starts each one. */
const startedElsewhere = new Map([
  ['builder/server/main.ts', 'test/e2e/development/wrangler-dev.extended.test.ts'],
  ['builder/server/environments/fetch-uv.ts', 'scripts/testing/uv.ts'],
]);

const commands = (await documentsWithCommands()).flatMap((path) =>
  commandsIn(path, readFileSync(path, 'utf8'), new Set(['node', 'npm', 'npx'])),
);
const shown = ({ at, words }: DocumentedCommand) => `${at}: ${words.join(' ')}`;

test('each program in a document is a file, this project installs it, or the table names it', () => {
  const isKnown = (program: string) =>
    ours.has(program) || others.has(program) || (program.includes('/') && existsSync(program));
  expect(commands.filter(({ words: [program = ''] }) => !isKnown(program)).map(shown)).toEqual([]);
});

test('the tables name only what documents use and what exists', () => {
  const used = new Set(commands.map(({ words }) => words[0]));
  expect([...others].filter((program) => !used.has(program))).toEqual([]);
  expect([...startedElsewhere].flat().filter((path) => !existsSync(path))).toEqual([]);
});

test("no command needs this project's programs in PATH before its document puts them there", () => {
  const needsOwn = ([program = '', file = '']: readonly string[]) =>
    installed.has(program) || (program === 'node' && file.endsWith('.ts'));
  expect(commands.filter(({ ownPrograms, words }) => !ownPrograms && needsOwn(words)).map(shown)).toEqual([]);
});

interface Trial {
  /** Starts the program that the command starts. */
  start: readonly string[];
  options: readonly string[];
  ownPrograms: boolean;
  isInReadme: boolean;
}

/** Returns nothing for other programs, and for what npm does itself, such as `npm ci`. */
function trialsOf({ at, ownPrograms, words }: DocumentedCommand): Trial[] {
  const [program = '', first = '', second = ''] = words.filter((word) => !/^-\w$/.test(word));
  const isScript = program === 'npm' && /^(?:run|start|test)$/.test(first);
  const args = isScript ? words.slice(words.indexOf('--') + 1 || words.length) : words;
  const options = args.filter((word) => /^--\w/.test(word)).map((word) => word.split('=')[0] ?? '');
  const isInReadme = at.startsWith('README.md:');
  const trial = (...start: string[]) => [{ start: [...start, '--help'], options, ownPrograms, isInReadme }];
  // These two scripts need a file that `npm run setup` writes.
  if (isScript && second === 'production') return /^[a-z]/.test(args[0] ?? '') ? trial('npx', 'wrangler', ...args) : [];
  if (isScript && second === 'deploy') return trial('npx', 'wrangler', 'deploy', ...args);
  if (isScript) return trial('npm', first, ...(first === 'run' ? [second] : []), '--');
  if (installed.has(program)) return trial(...words);
  const file = program === 'npx' && first === 'node' ? second : first;
  if (startedElsewhere.has(file) || file.startsWith('@slipway-registry/')) return [];
  if (program === 'npx') return trial(...(file === second ? ['npx', 'node', file] : words));
  return program === 'node' && file.endsWith('.ts') ? trial('node', file) : [];
}

const trials = Map.groupBy(
  commands.flatMap(trialsOf),
  ({ ownPrograms, start }) => `${start.join(' ')}${ownPrograms ? ', with PATH' : ''}`,
);
/** Wrangler's help doesn't list it. */
const hiddenOptions = new Set(['--enable-containers']);

/** The folder of an older Node comes first, as on a machine with only that one. */
async function run([program = '', ...args]: readonly string[], ownPrograms: boolean) {
  const home = mkdtempSync(join(tmpdir(), 'slipway-commands-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const own = resolve('node_modules/.bin');
  const outer = (process.env.PATH ?? '').split(delimiter).filter((folder) => resolve(folder) !== own);
  const path = [...(ownPrograms ? [own] : []), dirname(inject('node20')), ...outer].join(delimiter);
  // Scripts that npm runs before a script do real work.
  const env = { PATH: path, HOME: home, NO_COLOR: '1', npm_config_ignore_scripts: 'true' };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended) => child.once('close', ended)),
  ]);
  return { code, output: `${stdout}${stderr}` };
}

async function faultsOf(uses: readonly Trial[]) {
  const [{ start, ownPrograms } = { start: [], ownPrograms: false }] = uses;
  const { code, output } = await run(start, ownPrograms);
  // documents.test.ts checks the options of the commands below `slipway`.
  const options = start[2] === 'slipway' ? [] : uses.flatMap((use) => use.options);
  const missing = options.filter((option) => !output.includes(option) && !hiddenOptions.has(option));
  return { missing, ...(code === 0 ? {} : { code, output }) };
}

const [inReadme, elsewhere] = [true, false].map((is) =>
  [...trials].filter(([, uses]) => uses.some(({ isInReadme }) => isInReadme) === is),
);

test.each(inReadme ?? [])('%s lists the options that documents use', { tags: 'node20' }, async (_, uses) => {
  expect(await faultsOf(uses)).toEqual({ missing: [] });
});

test.each(elsewhere ?? [])('%s lists the options that documents use', { tags: ['node20', 'long'] }, async (_, uses) => {
  expect(await faultsOf(uses)).toEqual({ missing: [] });
});
