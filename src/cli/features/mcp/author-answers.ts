// Turns a command's result or failure into a tool's answer.
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { writeJson } from '../../../core/json/text.ts';
import type { CommandContext, CommandResult } from '../../command/context.ts';
import { Failure, printFailure, toFailure } from '../../terminal/failure.ts';
import { createOutput, type Output } from '../../terminal/output.ts';

/** Context of a tool. Its output becomes the beginning of the answer's text. */
export interface ToolContext extends CommandContext {
  signal: AbortSignal;
}

/** Runs a tool and returns its answer. `signal` aborts when the client cancels the call or leaves. */
export type Answering = (
  signal: AbortSignal,
  work: (context: ToolContext) => Promise<CommandResult>,
) => Promise<CallToolResult>;

/** Bytes of an answer's text, and of its structured content. A model reads all of it. */
const answerBytesMax = 256 * 1024;

const structured = z.record(z.string(), z.json());

/** Runs one tool at a time, because `slipway test` changes settings of the process. */
export function answerer({
  environment,
  features,
  output,
}: Pick<CommandContext, 'environment' | 'features' | 'output'>): Answering {
  let last: Promise<unknown> = Promise.resolve();
  return (signal, work) => {
    const answer = last.then(async () => {
      const written = captured();
      try {
        signal.throwIfAborted();
        const context = { environment, features, signal, output: written.output, finish: () => {} };
        const { json, notes = [], text } = await work(context);
        const whole = [`${written.text()}${text}`.trimEnd(), ...notes].join('\n');
        return { ...textAnswer(whole), ...structuredAnswer(json) };
      } catch (error) {
        // Nobody reads this answer, and its error is no fault to log.
        if (signal.aborted) return { ...textAnswer('cancelled'), isError: true };
        return { ...textAnswer(failureText(error, output)), isError: true };
      }
    });
    last = answer;
    return answer;
  };
}

/** Returns an output that collects what is printed, without colors. */
function captured(): { output: Output; text(): string } {
  const parts: string[] = [];
  const write = (part: string | Uint8Array) => {
    parts.push(typeof part === 'string' ? part : new TextDecoder().decode(part));
    return true;
  };
  return { output: createOutput({ write }, { write }, {}, true), text: () => parts.join('') };
}

function textAnswer(text: string): Pick<CallToolResult, 'content'> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= answerBytesMax) return { content: [{ type: 'text', text }] };
  const note = `\n… cut: the answer has ${bytes.length} bytes, and at most ${answerBytesMax} are returned.`;
  // `stream` leaves out a character that is cut in two.
  const start = new TextDecoder().decode(bytes.subarray(0, answerBytesMax - note.length - 2), { stream: true });
  return { content: [{ type: 'text', text: `${start}${note}` }] };
}

/** Returns nothing for JSON that is empty or too long, since it can't be cut. */
function structuredAnswer(json: object): Pick<CallToolResult, 'structuredContent'> {
  const text = writeJson(json);
  if (text === '{}' || Buffer.byteLength(text) > answerBytesMax) return {};
  return { structuredContent: structured.parse(JSON.parse(text)) };
}

/** Returns the message and the fix. The stack of an unexpected error goes only to the log. */
function failureText(error: unknown, log: Output): string {
  const failure = toFailure(error) ?? new Failure('failed', 'no result');
  const [message = ''] = failure.message.split('\n    at ');
  if (message !== failure.message) log.error(failure.message);
  const { output, text } = captured();
  printFailure(new Failure(failure.exit, message, failure.options), output);
  return text().trimEnd();
}
