// Creates a plugin's folder from the templates. The result passes `lint` and `test` and can be published and deployed unchanged.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goPluginName } from '../../contract/go-plugins.ts';
import { pluginName } from '../../contract/manifest.ts';
import { Failure } from '../failure.ts';
import { type Category, categoryInputs, type Kind } from './categories.ts';

export interface NewPlugin {
  name: string;
  kind: Kind;
  category: Category;
  description: string | undefined;
  author: string | undefined;
  /** The target folder; defaults to the plugin's name. */
  output: string | undefined;
}

export interface CreatedPlugin {
  folder: string;
  files: string[];
}

const templates = fileURLToPath(import.meta.resolve('./templates'));

export async function createPlugin(plugin: NewPlugin): Promise<CreatedPlugin> {
  const parsedName = (plugin.kind === 'extractor' ? pluginName : goPluginName).safeParse(plugin.name);
  if (!parsedName.success)
    throw new Failure('usage', `'${plugin.name}' is not a valid plugin name: ${parsedName.error.issues[0]?.message}`);
  const folder = plugin.output ?? plugin.name;
  if (existsSync(folder) && (await readdir(folder)).length > 0)
    throw new Failure('conflict', `${folder} is not empty`, { hint: 'Choose another folder with --output.' });
  const files = new Map<string, string>();
  for (const template of templatesOf(plugin))
    for (const path of await listFiles(join(templates, template)))
      files.set(path, fillTemplate(await readFile(join(templates, template, path), 'utf8'), plugin));
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // Fails if the file has been created in the meantime.
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  return { folder, files: [...files.keys()].sort() };
}

function templatesOf({ category, kind }: NewPlugin): string[] {
  return kind === 'extractor' ? ['extractor', categoryInputs[category].template] : [kind];
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1));
}

/** Fills in the placeholders. Lines whose placeholder has no value are removed. */
function fillTemplate(text: string, { author, category, description, kind, name }: NewPlugin): string {
  const { condition, properties, required, types } = categoryInputs[category];
  const summary = description ?? (kind === 'extractor' ? `An extractor for ${category} content` : `A ${kind} plugin`);
  const values: Record<string, string | undefined> = {
    name,
    category,
    condition,
    class: className(name),
    // JSON strings and lists are valid Python and YAML.
    description: JSON.stringify(summary),
    text: summary,
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
