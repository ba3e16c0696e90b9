// Defines `slipway init`, which creates a plugin's folder from a template.
import { type Command, Option } from 'commander';
import type { CommandContext } from '../../command.ts';
import { type Category, categories, type Kind, kinds, type Template, templates } from '../../init/categories.ts';

interface Options {
  kind: Kind;
  category?: Category;
  description?: string;
  author?: string;
  output?: string;
  template?: Template;
  json?: true;
}

const examples = `
Examples:
  slipway init text_stats                      a function: JSON in, JSON out
  slipway init thumbnails --category image     an extractor with a vector
  slipway init my_tags --template image_tags   with Pillow and NumPy
  slipway init csv_cleaner --kind pipeline     a plugin in Go
`;

export function addInit(program: Command, { output }: CommandContext): void {
  program
    .command('init')
    .summary('create a plugin')
    .description('Creates a plugin that is ready to test, publish and call. Never overwrites files.')
    .argument('<name>', 'letters, digits and underscores')
    .addOption(new Option('--category <category>', 'an extractor of features from this input').choices(categories))
    .addOption(
      new Option('--kind <kind>', 'extractors are written in Python, other kinds in Go')
        .choices(kinds)
        .default('extractor'),
    )
    .addOption(
      new Option('--template <name>', 'start from an example with dependencies')
        .choices(templates)
        .conflicts(['category', 'kind', 'description', 'author']),
    )
    .option('--description <text>', 'a one-line description')
    .option('--author <name>', "the author's name")
    .option('-o, --output <folder>', 'the folder to create (default: NAME)')
    .option('--json', 'print one JSON object')
    .addHelpText('before', examples.slice(1))
    .action(async (name: string, { author, category, description, json, kind, output: folder, template }: Options) => {
      const { createFromExample, createPlugin } = await import('../../init/create-plugin.ts');
      const made =
        template === undefined
          ? await createPlugin({ name, kind, category, description, author, output: folder })
          : await createFromExample(template, name, folder);
      const list = made.files.map((path) => `  ${made.folder}/${path}\n`).join('');
      const next = `  next     cd ${made.folder} && slipway test\n`;
      output.data(json ? `${JSON.stringify({ name, kind, ...made }, null, 2)}\n` : `✓ ${name}\n${list}${next}`);
    });
}
