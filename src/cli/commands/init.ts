// `slipway init`: a new plugin's folder.
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command.ts';
import { type Category, categories, type Kind, kinds } from '../init/categories.ts';

interface Options {
  kind: Kind;
  category: Category;
  description?: string;
  author?: string;
  output?: string;
  json?: true;
}

const examples = `
Examples:
  slipway init text_stats
  slipway init thumbnails --category image --description "Small previews"
  slipway init csv_cleaner --kind pipeline     in Go
`;

export function addInit(program: Command, { output }: CommandContext): void {
  program
    .command('init')
    .summary("make a new plugin's folder")
    .description('Makes a plugin that can be tested, published and called as it is. Never writes over anything.')
    .argument('<name>', 'letters, digits and underscores')
    .addOption(new Option('--category <category>', 'what it takes in').choices(categories).default('text'))
    .addOption(
      new Option('--kind <kind>', 'extractors in Python, the others in Go').choices(kinds).default('extractor'),
    )
    .option('--description <text>', 'what it is, in a line')
    .option('--author <name>', 'who wrote it')
    .option('-o, --output <folder>', 'where to; a folder of its name by default')
    .option('--json', 'tell programs: one JSON object')
    .addHelpText('before', examples.slice(1))
    .action(async (name: string, { author, category, description, json, kind, output: folder }: Options) => {
      const { makePlugin } = await import('../init/create-plugin.ts');
      const made = await makePlugin({ name, kind, category, description, author, output: folder });
      const list = made.files.map((path) => `  ${made.folder}/${path}\n`).join('');
      const next = `  next     cd ${made.folder} && slipway test\n`;
      output.data(json ? `${JSON.stringify({ name, kind, ...made }, null, 2)}\n` : `✓ ${name}\n${list}${next}`);
    });
}
