// Turns a failed install into the command's failure. Shows findings as `slipway lint` does, and Git and compiler messages unchanged.
import { z } from 'zod';
import { ApiError } from '../../client/errors.ts';
import { printViolations } from '../lint/violations.ts';
import type { ExitName } from '../terminal/exit-codes.ts';
import { Failure, toFailure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';

/** A fault in the source is a rejection. Other failures may be temporary. */
const exitByCode = new Map<string, ExitName>([
  ['policy-rejected', 'rejected'],
  ['definition', 'rejected'],
  ['tree-refused', 'rejected'],
  ['source-too-large', 'rejected'],
  ['archive-invalid', 'rejected'],
  ['source-refused', 'rejected'],
  ['compile-failed', 'rejected'],
  ['limit-exceeded', 'rejected'],
  ['needs-container', 'rejected'],
  ['start-failed', 'undeployed'],
  ['already-installed', 'conflict'],
]);

const introductions = new Map<string, string>([
  ['compile-failed', 'the plugin does not compile'],
  ['start-failed', 'the plugin does not start'],
]);

const nameTaken = 'Remove it with `slipway uninstall`, or install this one under another name with --name.';

export function installFailure(code: string, message: string, options: Failure['options']): Failure {
  const introduction = introductions.get(code);
  const text =
    introduction === undefined ? message : `${introduction}${message.includes('\n') ? ':\n' : ': '}${message}`;
  return new Failure(exitByCode.get(code) ?? 'failed', text.replaceAll('\n', '\n  '), {
    title: code,
    ...options,
    ...(code === 'already-installed' ? { hint: nameTaken } : {}),
  });
}

const printedSchema = z.object({ log: z.array(z.object({ line: z.string() })) });

function printedLines(details: unknown): string[] {
  const read = printedSchema.safeParse(details);
  return read.success ? read.data.log.map(({ line }) => line) : [];
}

export async function toInstallFailure(error: unknown, output: Output): Promise<unknown> {
  if (!(error instanceof ApiError)) return error;
  const { body: _, details, fields, hint, message, requestId, retryAfterSeconds, status } = error;
  if (status === 409 && retryAfterSeconds === undefined)
    return installFailure('already-installed', message, { status, requestId });
  if (status !== 422) return toFailure(error);
  const options = { hint, status, requestId, details, log: printedLines(details) };
  const hasViolations = await printViolations(details, output);
  const [first = message] = message.split('\n');
  return installFailure(fields[0]?.type ?? 'refused', hasViolations ? first : message, options);
}
