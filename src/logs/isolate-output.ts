// Stores plugin output from isolates. The runtime passes each call's output to a tail, which sends it to a queue; a consumer stores
// messages that arrive together as chunks. So a call needs no stored object of its own.
import { z } from 'zod';
import { readIsolateLine } from '../contract/builder/isolate-calls.ts';
import { type LogLine, logLineSchema, truncateLine } from '../contract/builder/logs/line.ts';
import { idSchema } from '../contract/ids.ts';
import { iso } from '../core/clock.ts';
import { sha256Hex } from '../core/digest.ts';
import { type LogStore, storeChunks } from './stored-chunks.ts';

/** A queue message. Unlike others, it carries content: there is no row behind it, and a lost message loses its lines. */
export const isolateOutputSchema = z.object({ id: idSchema('deployment'), lines: z.array(logLineSchema).min(1) });
export type IsolateOutput = z.infer<typeof isolateOutputSchema>;

/** The queue allows 128 KB per message. */
const messageCharsMax = 48 * 1024;

/** Outcomes that the runtime reports when it ends an isolate. */
const endedOutcomes = new Map([
  ['exceededCpu', 'The call exceeded its processor time. Its isolate was ended.'],
  ['exceededMemory', 'The call exceeded the memory of an isolate. Its isolate was ended.'],
]);

const messageOfConsole = z.tuple([z.string()]);

/** Returns the messages with these calls' output. */
export function outputMessages(
  id: IsolateOutput['id'],
  traces: readonly Pick<TraceItem, 'logs' | 'outcome' | 'eventTimestamp'>[],
) {
  const messages: IsolateOutput[] = [];
  let chars = messageCharsMax;
  for (const line of traces.flatMap(linesOf)) {
    chars += line.line.length;
    const last = messages.at(-1);
    if (last && chars <= messageCharsMax) {
      last.lines.push(line);
    } else {
      messages.push({ id, lines: [line] });
      chars = line.line.length;
    }
  }
  return messages;
}

function linesOf({ logs, outcome, eventTimestamp }: Pick<TraceItem, 'logs' | 'outcome' | 'eventTimestamp'>): LogLine[] {
  const lines = logs.flatMap(({ timestamp, message }): LogLine[] => {
    const [printed] = messageOfConsole.safeParse(message).data ?? [];
    if (printed === undefined) return [];
    const { stream, request, line } = readIsolateLine(printed);
    return [{ at: iso(timestamp), stream, line: truncateLine(line), ...(request === undefined ? {} : { request }) }];
  });
  const ended = endedOutcomes.get(outcome);
  if (ended !== undefined) lines.push({ at: iso(eventTimestamp ?? 0), stream: 'host', line: ended });
  return lines;
}

/**
 * Stores messages that arrived together, as one chunk per deployment. *Dies:* the queue redelivers them, and some may be stored twice.
 */
export async function storeOutput(
  deps: LogStore,
  messages: readonly { id: string; output: IsolateOutput }[],
): Promise<void> {
  const byDeployment = Map.groupBy(messages, ({ output }) => output.id);
  const chunks = await Promise.all(
    [...byDeployment].map(async ([id, group]) => {
      const lines = group
        .flatMap(({ output }) => output.lines)
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      const writer = (await sha256Hex(group[0]?.id ?? '')).slice(0, writerDigits);
      return { id, chunk: { start: Date.parse(lines[0]?.at ?? ''), writer, lines } };
    }),
  );
  await storeChunks(deps, chunks);
}

const writerDigits = 8;
