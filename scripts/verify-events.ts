// `node scripts/verify-events.ts FILE [HASH]`: whether an export of events is as it was sealed, and whether it holds the block of a
// hash that was noted earlier. Needs nothing but the file (docs/events.md).
import { createReadStream } from 'node:fs';
import { genesisHash } from '../src/contract/event-block.ts';
import { verifyExport } from '../src/contract/event-export.ts';
import { print } from './local/terminal.ts';

const [file, noted] = process.argv.slice(2);
if (file === undefined) {
  print('node scripts/verify-events.ts FILE [HASH]');
  process.exitCode = 2;
} else {
  process.exitCode = await verify(file, noted);
}

/** A line ends in a line feed and nothing else: JSON may hold what readline takes for an end. */
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
  const found = await verifyExport(linesOf(path));
  if ('problem' in found) {
    print(`✗ line ${found.line}: ${found.problem}`);
    return 1;
  }
  const { events, blocks, unsealed, hashes, previous } = found;
  if (hash !== undefined && hash !== previous && !hashes.includes(hash)) {
    print(`✗ no block has the hash ${hash}: the end of the chain was cut off, or all of it was made anew`);
    return 1;
  }
  print(`✓ ${events - unsealed} events in ${blocks} blocks are as they were sealed; ${unsealed} are not sealed yet`);
  if (previous !== genesisHash) print(`  it begins after the block ${previous}, which is not in it`);
  print(`  the last block is ${hashes.at(-1) ?? previous}; keep this hash elsewhere to know it again`);
  return 0;
}
