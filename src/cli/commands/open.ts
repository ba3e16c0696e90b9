// Defines `slipway open`, which opens the server in a browser.
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

interface Options {
  baseUrl?: string;
  docs?: true;
  json?: true;
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

export function addOpen(program: Command, { environment, output }: CommandContext): void {
  program
    .command('open')
    .summary('open the server in a browser')
    .description('Prints the URL of the server and, on a terminal, opens it in a browser.')
    .option('--docs', 'open the API documentation')
    .option('--base-url <url>', 'override SLIPWAY_BASE_URL')
    .option('--json', 'print one JSON object')
    .action(async ({ baseUrl, docs, json }: Options) => {
      const { resolveSettings } = await import('../connection/settings.ts');
      const url = `${resolveSettings({ baseUrl }, environment).baseUrl.value}/${docs ? 'docs' : ''}`;
      output.data(json ? `${JSON.stringify({ url }, null, 2)}\n` : `${url}\n`);
      if (json || !process.stdout.isTTY) return;
      const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
      // On a machine without a browser, the printed URL is enough.
      spawn(command, [...args, url], { stdio: 'ignore', detached: true })
        .on('error', () => {})
        .unref();
    });
}
