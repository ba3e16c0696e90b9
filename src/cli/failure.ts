// How a command ends when it does not end well: one shape for what went wrong, made from whatever was thrown, and told to people
// (what, why, what to do next, request id) and to programs (RFC 9457 under `error`).
import { CommanderError } from 'commander';
import { ApiError, ConnectionError, type FieldError } from '../client/errors.ts';
import type { ErrorReport } from './errors.ts';
import type { ExitName } from './exit-codes.ts';
import type { Output } from './output.ts';
import { printable, printableLines } from './terminal-text.ts';

interface FailureOptions {
  /** What to do next. */
  hint?: string | undefined;
  title?: string;
  requestId?: string | undefined;
  status?: number;
  fields?: FieldError[];
  /** The last that was printed before it went wrong. */
  log?: string[];
  /** What programs are told besides. */
  details?: Record<string, unknown> | undefined;
}

/** An expected end that is not a success. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exit: ExitName;
  readonly options: FailureOptions;

  constructor(exit: ExitName, message: string, options: FailureOptions = {}) {
    super(message);
    this.exit = exit;
    this.options = options;
  }
}

/** Undefined: help and version, which commander ends by throwing, too. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof ApiError) return refused(error);
  if (error instanceof ConnectionError) return unreachable(error);
  if (error instanceof Error && error.name === 'AbortError') return new Failure('interrupted', 'interrupted');
  if (error instanceof CommanderError)
    return error.exitCode === 0
      ? undefined
      : new Failure('usage', error.message.replace(/^error: /, ''), { title: 'Not understood' });
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Failure('failed', `this should not have happened: ${detail}`, { title: 'Internal error' });
}

const exitOfStatus = new Map<number, ExitName>([
  [401, 'denied'],
  [403, 'denied'],
  [409, 'conflict'],
  [502, 'unreachable'],
  [503, 'unreachable'],
  [504, 'unreachable'],
]);

function refused({ status, type, message, hint, fields, requestId, details }: ApiError): Failure {
  return new Failure(exitOfStatus.get(status) ?? 'failed', message, {
    title: type,
    // The server speaks of headers, which nobody has written here.
    hint: status === 401 ? '`slipway login`, or set SLIPWAY_API_KEY; `slipway doctor` says which key is used.' : hint,
    status,
    requestId,
    fields,
    details,
  });
}

function unreachable(error: ConnectionError): Failure {
  return new Failure('unreachable', error.message, {
    title: 'Server not reached',
    hint: 'Is it running? `npm start` starts one here; --base-url or SLIPWAY_BASE_URL names another.',
  });
}

export function tellFailure({ message, options }: Failure, output: Output): void {
  output.error(printableLines(message));
  for (const { loc, msg } of options.fields ?? []) output.aside(`  ${printable(`${loc.join('.')}: ${msg}`)}`);
  for (const line of options.log ?? []) output.aside(`  | ${printable(line.replaceAll('\t', '    '))}`.trimEnd());
  if (options.hint) output.aside(`  fix      ${printable(options.hint)}`);
  if (options.requestId) output.aside(`  request  ${printable(options.requestId)}`);
}

export function reportOf({ exit, message, options }: Failure): ErrorReport {
  const { title = exit, hint, status, requestId, fields = [], details } = options;
  return {
    title,
    detail: message,
    exit,
    ...(status === undefined ? {} : { status }),
    ...(hint === undefined ? {} : { hint }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(details === undefined ? {} : { details }),
  };
}
