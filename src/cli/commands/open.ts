// Defines `slipway open`, which opens the server's API documentation in a browser: its only page, as `/` answers programs.
import { spawn } from 'node:child_process';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command.ts';

interface Options {
  baseUrl?: string;
  json?: true;
}

const examples = `Examples:
  slipway open
  slipway open --base-url https://slipway.example.com
`;

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

export function addOpen(program: Command, { environment, output }: CommandContext): void {
  program
    .command('open')
    .summary('open the server in a browser')
    .description("Prints the URL of the server's pages and, on a terminal, opens them in a browser.")
    .addOption(new Option('--docs', 'the API documentation').hideHelp())
    .addHelpText('before', examples)
    .option('--base-url <url>', 'override SLIPWAY_BASE_URL')
    .option('--json', 'print one JSON object')
    .action(async ({ baseUrl, json }: Options) => {
      const { resolveSettings } = await import('../connection/settings.ts');
      const url = `${resolveSettings({ baseUrl }, environment).baseUrl.value}/docs`;
      output.data(json ? `${JSON.stringify({ url }, null, 2)}\n` : `${url}\n`);
      if (json || !process.stdout.isTTY) return;
      const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
      // On a machine without a browser, the printed URL is enough.
      spawn(command, [...args, url], { stdio: 'ignore', detached: true })
        .on('error', () => {})
        .unref();
    });
}
