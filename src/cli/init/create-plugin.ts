// A new plugin's folder, filled from the templates. What they make passes `lint` and `test`, publishes and deploys as it is.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goPluginName } from '../../contract/go-plugins.ts';
import { pluginName } from '../../contract/manifest.ts';
import { Failure } from '../failure.ts';
import { type Category, inputsOf, type Kind } from './categories.ts';

export interface NewPlugin {
  name: string;
  kind: Kind;
  category: Category;
  description: string | undefined;
  author: string | undefined;
  /** Where to; a folder of its name by default. */
  output: string | undefined;
}

export interface MadePlugin {
  folder: string;
  files: string[];
}

const templates = fileURLToPath(import.meta.resolve('./templates'));

export async function makePlugin(plugin: NewPlugin): Promise<MadePlugin> {
  const named = (plugin.kind === 'extractor' ? pluginName : goPluginName).safeParse(plugin.name);
  if (!named.success)
    throw new Failure('usage', `'${plugin.name}' cannot be a plugin's name: ${named.error.issues[0]?.message}`);
  const folder = plugin.output ?? plugin.name;
  if (existsSync(folder) && (await readdir(folder)).length > 0)
    throw new Failure('conflict', `${folder} is not empty`, { hint: 'Name another folder with --output.' });
  const files = new Map<string, string>();
  for (const template of templatesOf(plugin))
    for (const path of await filesBelow(join(templates, template)))
      files.set(path, filled(await readFile(join(templates, template, path), 'utf8'), plugin));
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // Never over a file that came in between.
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  return { folder, files: [...files.keys()].sort() };
}

function templatesOf({ category, kind }: NewPlugin): string[] {
  return kind === 'extractor' ? ['extractor', inputsOf[category].template] : [kind];
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1));
}

/** Lines that need what wasn't said are left out. */
function filled(text: string, { author, category, description, kind, name }: NewPlugin): string {
  const { condition, properties, required, types } = inputsOf[category];
  const said = description ?? `${kind === 'extractor' ? `An extractor of ${category}s` : `A ${kind} plugin`}`;
  const values: Record<string, string | undefined> = {
    name,
    category,
    condition,
    class: className(name),
    // JSON's strings and lists are Python's and YAML's, too.
    description: JSON.stringify(said),
    text: said,
    author: author && JSON.stringify(author),
    author_text: author,
    input_types: JSON.stringify(types),
    input_properties: JSON.stringify(properties).replaceAll(/(?<=[:,])(?=[["{])/g, ' '),
    required: JSON.stringify(required),
  };
  const lines = text.split('\n').flatMap((line) => {
    const names = [...line.matchAll(/\{\{(\w+)\}\}/g)].map(([, word = '']) => word);
    if (names.some((word) => values[word] === undefined)) return [];
    return [line.replaceAll(/\{\{(\w+)\}\}/g, (_, word) => values[word] ?? '')];
  });
  return lines.join('\n').replaceAll(/\n\n\n(?=\|)/g, '\n\n');
}

/** `text_profile` → `TextProfile` */
function className(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
