// Prints the export of an organization's events and verifies its seals along the way, holding at most one block in memory.
import type { SlipwayClient } from '../../client/client.ts';
import { exportedLines } from '../../client/event-export.ts';
import { ExportVerifier } from '../../contract/events/event-export.ts';
import type { CommandResult } from '../command/context.ts';
import { Failure } from '../terminal/failure.ts';

/** Prints all lines even if one fails verification, since they are evidence. */
export async function exportAll(
  client: SlipwayClient,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<CommandResult> {
  const verifier = new ExportVerifier();
  for await (const line of exportedLines(client, signal)) {
    await verifier.add(line);
    print(`${line}\n`);
  }
  const result = verifier.result();
  if ('problem' in result)
    throw new Failure('failed', `line ${result.line} does not verify: ${result.problem}`, {
      title: 'The export does not verify',
      hint: 'Compare it with an earlier export, and show it to the operator.',
    });
  const { events, blocks, unsealed, last } = result;
  return {
    json: {},
    text: '',
    streamed: true,
    notes: [
      `✓ ${events - unsealed} events in ${blocks} blocks are intact; ${unsealed} events are not sealed yet`,
      `  the last block is ${last}; store this hash elsewhere to detect later changes`,
    ],
  };
}
