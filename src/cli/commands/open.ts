// Defines `slipway open`, which opens the console in a browser, signed in with the key of the command line.
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../command.ts';

interface Options {
  docs?: true;
  json?: true;
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

export function addOpen(program: Command, context: CommandContext): void {
  const open = program
    .command('open')
    .summary('open the console in a browser')
    .description(
      'Makes a link that signs one browser in with your API key, once, within ten minutes. Prints it and, on a terminal, opens it.',
    )
    .option('--docs', 'open the API reference instead');
  addExamples(open, 'slipway open', 'slipway open --docs');
  withConnection<Options>(open, context, async ({ client, settings, signal }, { docs, json }) => {
    const url = docs ? `${settings.baseUrl.value}/docs` : (await client.post('/v1/session/links', { signal })).url;
    if (!json && process.stdout.isTTY) openBrowser(url);
    return { json: { url }, text: `${url}\n` };
  });
}

/** On a machine without a browser, the printed URL is enough. */
function openBrowser(url: string): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
