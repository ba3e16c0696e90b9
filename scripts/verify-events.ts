// Verifies the seals of exported events: `npm run verify-events -- FILE [HASH]`. With HASH, also checks that the export contains
// the block whose hash you noted earlier. Needs only the file (docs/events.md).
import { createReadStream } from 'node:fs';
import { genesisHash } from '../src/contract/events/event-block.ts';
import { verifyExport } from '../src/contract/events/event-export.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';

const usage = `npm run verify-events -- FILE [HASH]

  FILE   an export of events, as \`slipway events --export\` writes it
  HASH   a block that the export must contain, as noted earlier`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [1, 2] });
const [file = '', knownHash] = positionals;

process.exitCode = await verify(file, knownHash);

/** Splits only at line feeds. readline would also split at characters that JSON may contain. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function verify(path: string, hash: string | undefined): Promise<number> {
  let isFound = false;
  const result = await verifyExport(linesOf(path), (one) => {
    isFound ||= one === hash;
  });
  if ('problem' in result) {
    print(`✗ line ${result.line}: ${result.problem}`);
    return 1;
  }
  const { events, blocks, unsealed, last, previous } = result;
  if (hash !== undefined && hash !== previous && !isFound) {
    print(`✗ no block has the hash ${hash}: the chain was truncated or replaced`);
    return 1;
  }
  print(`✓ ${events - unsealed} events in ${blocks} blocks are intact; ${unsealed} events are not sealed yet`);
  if (previous !== genesisHash) print(`  the export starts after block ${previous}`);
  print(`  the last block is ${last}; store this hash elsewhere to detect later changes`);
  return 0;
}
