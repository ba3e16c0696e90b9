// Creates a plugin's folder from the templates. The result passes `lint` and `test` and can be published and deployed unchanged.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goPluginName } from '../../contract/builder/go-plugins.ts';
import { pluginName } from '../../contract/plugin/manifest.ts';
import { readmePlaceholder } from '../../contract/plugin/readme.ts';
import { word } from '../../core/shell.ts';
import { type Category, categoryInputs, type Kind, type Template } from '../plugins/categories.ts';
import { splitPluginRef } from '../plugins/plugin-ref.ts';
import { Failure } from '../terminal/failure.ts';
import { agentsFile, agentsText } from './agents-file.ts';

export interface NewPlugin {
  name: string;
  kind: Kind;
  /** Undefined for a function that takes and returns JSON. */
  category: Category | undefined;
  description: string | undefined;
  author: string | undefined;
  /** Whether a function gets its calls in batches. */
  batching?: boolean | undefined;
  /** The target folder; defaults to the plugin's name. */
  output: string | undefined;
}

export interface CreatedPlugin {
  folder: string;
  files: string[];
}

const templates = fileURLToPath(import.meta.resolve('./templates'));

const examples = fileURLToPath(import.meta.resolve('../../../examples'));

export async function createPlugin(plugin: NewPlugin): Promise<CreatedPlugin> {
  requireName(plugin.name, plugin.kind);
  if (plugin.batching && plugin.kind !== 'extractor')
    throw new Failure('usage', `a ${plugin.kind} plugin can't batch its calls`, {
      hint: 'Leave out --kind or --batching.',
    });
  const language = plugin.kind === 'extractor' ? 'python' : 'go';
  const files = new Map([[agentsFile, await agentsText(language, plugin.name)]]);
  for (const template of templatesOf(plugin))
    for (const path of await listFiles(join(templates, template)))
      files.set(targetPath(path), fillTemplate(await readFile(join(templates, template, path), 'utf8'), plugin));
  return writeFiles(plugin.output ?? plugin.name, files);
}

/** Copies an example under a new name. */
export async function createFromExample(
  example: Template,
  name: string,
  output: string | undefined,
): Promise<CreatedPlugin> {
  requireName(name, 'extractor');
  const files = new Map<string, string | Uint8Array>([[agentsFile, await agentsText('python', name)]]);
  for (const path of await listFiles(join(examples, example))) {
    const bytes = await readFile(join(examples, example, path));
    const renamed = () =>
      bytes.toString('utf8').replaceAll(example, name).replaceAll(className(example), className(name));
    if (!path.includes('__pycache__')) files.set(path, /\.(?:py|md|json)$/.test(path) ? renamed() : bytes);
  }
  return writeFiles(output ?? name, files);
}

const nameSchema = (kind: Kind) => (kind === 'extractor' ? pluginName : goPluginName);

function requireName(name: string, kind: Kind): void {
  const parsed = nameSchema(kind).safeParse(name);
  if (!parsed.success)
    throw new Failure('usage', `'${name}' is not a valid plugin name: ${parsed.error.issues[0]?.message}`, {
      hint: nameHint(name, kind),
    });
  const ref = kind === 'extractor' ? splitPluginRef(name) : undefined;
  if (ref?.version !== undefined)
    throw new Failure('usage', `'${name}' is the ID of version ${ref.version} of ${ref.name}, so it can't be a name`, {
      hint: `Use \`slipway init ${ref.name}\`.`,
    });
}

/** Suggests a path's last folder as the name, with underscores in place of what an extractor's name can't have. */
function nameHint(path: string, kind: Kind): string | undefined {
  const name = basename(path);
  const likely = kind === 'extractor' ? name.replaceAll(/\W+/g, '_').replaceAll(/^[\d_]+|_+$/g, '') : name;
  if (!nameSchema(kind).safeParse(likely).success) return undefined;
  return `Use \`slipway init ${likely}${path.includes('/') ? ` --output ${word(path)}` : ''}\`.`;
}

/** npm leaves files named .gitignore out of a package. */
function targetPath(path: string): string {
  return path === 'gitignore' ? '.gitignore' : path;
}

async function writeFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<CreatedPlugin> {
  if (existsSync(folder) && (await readdir(folder)).some((name) => name !== '.git'))
    throw new Failure('conflict', `${folder} is not empty`, { hint: 'Choose another folder with --output.' });
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // Fail if another process created the file in the meantime.
    await writeFile(join(folder, path), content, { flag: 'wx' });
  }
  return { folder, files: [...files.keys()].sort() };
}

function templatesOf({ batching, category, kind }: NewPlugin): string[] {
  if (kind !== 'extractor') return [kind];
  if (category !== undefined) return ['extractor', categoryInputs[category].template];
  return batching ? ['function', 'batching'] : ['function'];
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1));
}

/** Fills in the placeholders. Removes lines whose placeholder has no value. */
function fillTemplate(text: string, { author, batching, category, description, kind, name }: NewPlugin): string {
  const { condition, properties, required, types } = categoryInputs[category ?? 'text'];
  const summary = description ?? defaultDescription(kind, category);
  const values: Record<string, string | undefined> = {
    name,
    category,
    // Marks lines that only a plugin with batches has.
    batching: batching ? '' : undefined,
    condition,
    class: className(name),
    // JSON strings and lists are valid Python and YAML.
    description: JSON.stringify(summary),
    text: summary,
    author: author && JSON.stringify(author),
    by_author: author === undefined ? '' : `By ${author}.\n\n`,
    input_types: JSON.stringify(types),
    input_properties: JSON.stringify(properties).replaceAll(/(?<=[:,])(?=[["{])/g, ' '),
    required: JSON.stringify(required),
    placeholder: readmePlaceholder,
  };
  const lines = text.split('\n').flatMap((line) => {
    const names = [...line.matchAll(/\{\{(\w+)\}\}/g)].map(([, word = '']) => word);
    if (names.some((word) => values[word] === undefined)) return [];
    return [line.replaceAll(/\{\{(\w+)\}\}/g, (_, word) => values[word] ?? '')];
  });
  return lines.join('\n');
}

function defaultDescription(kind: Kind, category: Category | undefined): string {
  if (kind !== 'extractor') return `A ${kind} plugin`;
  return category === undefined ? 'A function that takes and returns JSON' : `An extractor for ${category} content`;
}

/** Converts `text_profile` to `TextProfile`. */
function className(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
