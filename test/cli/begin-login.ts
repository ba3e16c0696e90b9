// Runs `slipway login URL` in the test's own process until it shows its page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/cli/run.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';
import { folderOf, ownVariables } from './slipway.ts';

export async function beginLogin(server: string, ...args: string[]) {
  const folder = folderOf({});
  let show = (_line: string): void => {};
  const shown = new Promise<string>((resolve) => {
    show = resolve;
  });
  const write = (line: string | Uint8Array) => {
    show(String(line));
    return true;
  };
  const output = createOutput({ write: () => true }, { write }, {}, true);
  const ended = run(['login', server, ...args], output, ownVariables({ XDG_CONFIG_HOME: folder }));
  return {
    page: new URL(/http\S+/.exec(await shown)?.[0] ?? ''),
    /** Resolves to the exit code's name. */
    ended,
    stored: () => JSON.parse(readFileSync(join(folder, 'slipway/config.json'), 'utf8')),
  };
}
