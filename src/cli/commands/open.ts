// `slipway open`: the server's pages in the browser.
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
    .summary('open the server in the browser')
    .description('Opens the server in the browser. Without a terminal its URL is printed.')
    .option('--docs', 'the documentation of its API')
    .option('--base-url <url>', 'instead of SLIPWAY_BASE_URL')
    .option('--json', 'tell programs: one JSON object')
    .action(async ({ baseUrl, docs, json }: Options) => {
      const { settingsOf } = await import('../connection/settings.ts');
      const url = `${settingsOf({ baseUrl }, environment).baseUrl.value}/${docs ? 'docs' : ''}`;
      output.data(json ? `${JSON.stringify({ url }, null, 2)}\n` : `${url}\n`);
      if (json || !process.stdout.isTTY) return;
      const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
      // A machine without a browser has the URL.
      spawn(command, [...args, url], { stdio: 'ignore', detached: true })
        .on('error', () => {})
        .unref();
    });
}
