// Defines `slipway init`, which creates a plugin's folder from a template.
import { localCommand } from '../command/command.ts';
import { jsonOption } from '../connection/connection-options.ts';
import { categories, kinds, templates } from '../plugins/categories.ts';

export const init = localCommand({
  name: 'init',
  summary: 'create a plugin',
  description: 'Creates a plugin that is ready to test, publish and call. Never overwrites files.',
  arguments: { '<name>': 'letters, digits and underscores' },
  options: {
    '--category <category>': { description: 'an extractor of features from this input', choices: categories },
    '--kind <kind>': {
      description: 'extractors are written in Python, other kinds in Go',
      choices: kinds,
      default: 'extractor',
    },
    '--batching': { description: 'a function that answers many calls at once', conflicts: ['category', 'template'] },
    '--template <name>': {
      description: 'start from an example with dependencies',
      choices: templates,
      conflicts: ['category', 'kind', 'description', 'author'],
    },
    '--description <text>': 'a one-line description',
    '--author <name>': "the author's name",
    '-o, --output <folder>': 'the folder to create (default: NAME)',
    ...jsonOption,
  },
  examples: [
    'slipway init text_stats                      a function: JSON in, JSON out',
    'slipway init embedder --batching             … that answers many calls at once',
    'slipway init thumbnails --category image     an extractor with a vector',
    'slipway init my_tags --template image_tags   with Pillow and NumPy',
    'slipway init csv_cleaner --kind pipeline     a plugin in Go',
  ],
  async run(_, { name }, { author, batching, category, description, kind, output, template }) {
    const { createFromExample, createPlugin } = await import('../init/create-plugin.ts');
    const made =
      template === undefined
        ? await createPlugin({ name, kind, category, batching, description, author, output })
        : await createFromExample(template, name, output);
    const list = made.files.map((path) => `  ${made.folder}/${path}\n`).join('');
    const next = `  next     cd ${made.folder} && slipway test\n`;
    return { json: { name, kind, ...made }, text: `✓ ${name}\n${list}${next}` };
  },
});
