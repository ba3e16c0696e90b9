// Generates the lists of what features declare outside of `src/features.ts`: their words in the contract, their tables, their commands
// and their pages. A feature is in a list if its file exports the name. With `--check`, fails if a list is out of date instead of
// writing it.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readCommandLine } from '../machine/command-line.ts';

const usage = `node scripts/generate/features.ts [--check]

Writes the lists of features.

  --check   writes nothing, and fails if one is out of date`;

const { values } = readCommandLine(usage, { options: { check: { type: 'boolean', default: false } } });

interface Part {
  /** File in each feature's folder, and the name that it exports; `*` for all of its names. */
  file: string;
  exported: string;
  /** Name and form of the list. */
  list: string;
  form: 'object' | 'array' | 'list';
}

const lists: Record<string, { folder: string; what: string; parts: Part[] }> = {
  'src/contract/features/features.gen.ts': {
    folder: 'src/contract/features',
    what: 'events, messages and settings',
    parts: [
      { file: 'feature.ts', exported: 'events', list: 'featureEvents', form: 'object' },
      { file: 'feature.ts', exported: 'messages', list: 'featureMessages', form: 'array' },
      { file: 'feature.ts', exported: 'settings', list: 'featureSettings', form: 'object' },
    ],
  },
  'src/contract/features/sentences.gen.ts': {
    folder: 'src/contract/features',
    what: 'sentences about events',
    parts: [{ file: 'sentences.ts', exported: 'sentences', list: 'featureSentences', form: 'object' }],
  },
  'src/features/tables.gen.ts': {
    folder: 'src/features',
    what: 'tables',
    parts: [{ file: 'tables.ts', exported: '*', list: 'featureTables', form: 'object' }],
  },
  'src/features/triggers.gen.ts': {
    folder: 'src/features',
    what: 'triggers',
    parts: [
      { file: 'triggers.ts', exported: 'triggers', list: 'featureTriggers', form: 'array' },
      { file: 'triggers.ts', exported: 'recounts', list: 'featureRecounts', form: 'array' },
    ],
  },
  'src/cli/features.gen.ts': {
    folder: 'src/cli/features',
    what: 'commands, and what else they bring to the command line',
    parts: [{ file: 'feature.ts', exported: 'feature', list: 'features', form: 'list' }],
  },
  'src/console/features.gen.ts': {
    folder: 'src/console/features',
    what: 'pages, tabs and what else they add to the console',
    parts: [
      { file: 'feature.ts', exported: 'pages', list: 'featurePages', form: 'array' },
      { file: 'feature.ts', exported: 'barePages', list: 'featureBarePages', form: 'array' },
      { file: 'feature.ts', exported: 'tabs', list: 'featureTabs', form: 'array' },
      { file: 'feature.ts', exported: 'goTabs', list: 'featureGoTabs', form: 'array' },
      { file: 'feature.ts', exported: 'feature', list: 'features', form: 'list' },
    ],
  },
};

const stale: string[] = [];
for (const [path, { folder, parts, what }] of Object.entries(lists)) {
  const text = [
    `// The features' ${what}, generated from ${folder} by scripts/generate/features.ts. Do not edit.`,
    ...parts.flatMap((part) =>
      namesIn(folder, part).map((name) => importOf(relative(dirname(path), folder), part, name)),
    ),
    '',
    ...parts.map((part) => listOf(part, namesIn(folder, part))),
    '',
  ].join('\n');
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) continue;
  stale.push(path);
  if (!values.check) await writeFile(path, text);
}
if (values.check && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`node scripts/generate/features.ts\`.`);
  process.exit(1);
}

/** Returns the names of the features that have the part, in alphabetical order. */
function namesIn(folder: string, { exported, file }: Part): string[] {
  const isExported = new RegExp(`^export const ${exported}\\b`, 'm');
  return globSync(`*/${file}`, { cwd: folder })
    .filter((path) => exported === '*' || isExported.test(readFileSync(join(folder, path), 'utf8')))
    .map((found) => found.split(/[\\/]/)[0] ?? '')
    .sort();
}

function importOf(folder: string, { exported, file, list }: Part, name: string): string {
  const names = exported === '*' ? `* as ${localName(name, list)}` : `{ ${exported} as ${localName(name, list)} }`;
  return `import ${names} from './${join(folder, name, file)}';`;
}

function listOf({ form, list }: Part, names: string[]): string {
  if (form === 'list') return `export const ${list} = [${names.map((name) => localName(name, list)).join(', ')}];`;
  const spread = names.map((name) => `...${localName(name, list)}`).join(', ');
  if (form === 'array') return `export const ${list} = [${spread}] as const;`;
  return `export const ${list} = {${spread === '' ? '' : ` ${spread} `}};`;
}

/** Returns `deployHooksEvents` for the list `featureEvents`, and `deployHooks` for `features`. */
function localName(name: string, list: string): string {
  const camel = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${camel}${list.replace(/^features?/, '')}`;
}
