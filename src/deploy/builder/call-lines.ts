// Reads the lines that a builder streams for one call.
import {
  type CallAnswer,
  type CallLines,
  type CallStreamLine,
  readCallAnswer,
  readStreamLine,
} from '../../contract/builder/answers.ts';
import { BuilderError, callStreamType } from '../../contract/builder/instances.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { bodyOf } from './requests.ts';

/** A builder's line around a value. */
const lineChars = builderLimits.streamValueBytes + 1024;

/** Reads a response that is a stream if the handler yields, and otherwise the answer. */
export async function answerOrLines(response: Response): Promise<CallAnswer | { lines: CallLines }> {
  if (response.headers.get('content-type') !== callStreamType) return readCallAnswer(await response.text());
  return { lines: linesOf((await bodyOf(response)).pipeThrough(new TextDecoderStream()).getReader()) };
}

/**
 * Sends a call that streams, and rejects if its response does not begin in time. The builder keeps to the limits of what follows.
 */
export async function beginningWithin<Result>(
  ms: number,
  send: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const late = new BuilderError('unreachable', `The builder did not answer within ${ms / 1000} s`);
  const timer = setTimeout(() => controller.abort(late), ms);
  return send(controller.signal).finally(() => clearTimeout(timer));
}

function linesOf(reader: ReadableStreamDefaultReader<string>): CallLines {
  let rest = '';
  return {
    read: async () => {
      const { done, value } = await readOf(reader);
      if (done) return undefined;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > lineChars) throw invalid('a line is too long');
      return Promise.all(lines.filter((line) => line !== '').map(parsedLine));
    },
    cancel: () => reader.cancel(),
  };
}

async function readOf(reader: ReadableStreamDefaultReader<string>) {
  try {
    return await reader.read();
  } catch (cause) {
    throw new BuilderError('unreachable', 'The builder was lost during the stream', [], cause);
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
