// Why nothing came of an install, as the command line ends then: findings as `slipway lint` shows them, the words of Git and of the
// compiler as they are.
import { z } from 'zod';
import { ApiError } from '../../client/errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { Failure, failureOf } from '../failure.ts';
import { tellViolations } from '../lint/violations.ts';
import type { Output } from '../output.ts';

/** What is the source's fault rejects; the rest may be another time. */
const exitOfCode = new Map<string, ExitName>([
  ['policy-rejected', 'rejected'],
  ['definition', 'rejected'],
  ['tree-refused', 'rejected'],
  ['source-too-large', 'rejected'],
  ['archive-invalid', 'rejected'],
  ['source-refused', 'rejected'],
  ['compile-failed', 'rejected'],
  ['limit-exceeded', 'rejected'],
  ['start-failed', 'undeployed'],
  ['already-installed', 'conflict'],
]);

const said = new Map<string, string>([
  ['compile-failed', 'it does not compile'],
  ['start-failed', 'it does not start'],
]);

const nameTaken = '`slipway uninstall` removes it; --name gives this one another name.';

export function installRefused(code: string, message: string, options: Failure['options']): Failure {
  const words = said.get(code);
  const text = words === undefined ? message : `${words}${message.includes('\n') ? ':\n' : ': '}${message}`;
  return new Failure(exitOfCode.get(code) ?? 'failed', text.replaceAll('\n', '\n  '), {
    title: code,
    ...options,
    ...(code === 'already-installed' ? { hint: nameTaken } : {}),
  });
}

const printedSchema = z.object({ log: z.array(z.object({ line: z.string() })) });

function printed(details: unknown): string[] {
  const read = printedSchema.safeParse(details);
  return read.success ? read.data.log.map(({ line }) => line) : [];
}

export async function failureOfInstall(error: unknown, output: Output): Promise<unknown> {
  if (!(error instanceof ApiError)) return error;
  const { body: _, details, fields, hint, message, requestId, status } = error;
  if (status === 409) return installRefused('already-installed', message, { status, requestId });
  if (status !== 422) return failureOf(error);
  const options = { hint, status, requestId, details, log: printed(details) };
  const isFound = await tellViolations(details, output);
  const [first = message] = message.split('\n');
  return installRefused(fields[0]?.type ?? 'refused', isFound ? first : message, options);
}
