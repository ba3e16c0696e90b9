// Reads the lines that a builder streams for a call.
import {
  type CallAnswer,
  type CallLines,
  type CallStreamLine,
  readCallAnswer,
  readStreamLine,
} from '../contract/builder/answers.ts';
import { BuilderError } from '../contract/builder/errors.ts';
import { callStreamType } from '../contract/builder/instances.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { LineReader, LineTooLong } from '../core/paced-lines.ts';
import { formatSeconds } from '../core/quantities.ts';
import { requireBody } from './requests.ts';

/** Maximum length of a builder's line, which may contain a value. */
const lineBytes = builderLimits.streamValueBytes + 1024;

/** Reads the response: a stream if the handler yields, otherwise a plain answer. */
export async function answerOrLines(response: Response): Promise<CallAnswer | { lines: CallLines }> {
  if (response.headers.get('content-type') !== callStreamType) return readCallAnswer(await answerText(response));
  return { lines: linesOf(await requireBody(response)) };
}

/** Returns a call's answer. Only a builder says that it is JSON: a page from a proxy is no answer of the plugin. */
export async function answerText(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? 'nothing';
  if (type.startsWith('application/json')) return response.text();
  await response.body?.cancel();
  throw new BuilderError('unreachable', `The builder's URL answered with ${type.slice(0, 100)} instead of JSON.`);
}

/** Sends a streaming call, and rejects if its response doesn't start in time. The builder enforces the limits from then on. */
export async function beginningWithin<Result>(
  ms: number,
  send: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const late = new BuilderError('unreachable', `The builder did not answer within ${formatSeconds(ms)}`);
  const timer = setTimeout(() => controller.abort(late), ms);
  return send(controller.signal).finally(() => clearTimeout(timer));
}

export function linesOf(body: ReadableStream<Uint8Array>): CallLines {
  const reader = new LineReader(body, lineBytes);
  return {
    read: async () => {
      const lines = await readFrom(reader);
      return lines && Promise.all(lines.map(parsedLine));
    },
    cancel: () => reader.cancel(),
  };
}

async function readFrom(reader: LineReader): Promise<string[] | undefined> {
  try {
    return await reader.read();
  } catch (cause) {
    if (cause instanceof LineTooLong) throw invalid('a line is too long');
    throw new BuilderError('unreachable', 'The connection to the builder was lost during the stream', [], cause);
  }
}

async function parsedLine(line: string): Promise<CallStreamLine> {
  try {
    return await readStreamLine(line);
  } catch {
    throw invalid('a line has an invalid form');
  }
}

function invalid(reason: string): BuilderError {
  return new BuilderError('answer-invalid', `The plugin's stream can't be read: ${reason}.`);
}
