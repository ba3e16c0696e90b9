// Turns anything a command throws into one Failure and reports it. People get the message, fix and request ID; programs get RFC 9457
// members under `error`.
import { CommanderError } from 'commander';
import { ApiError, ConnectionError, type FieldError } from '../../client/errors.ts';
import type { ExitName } from './exit-codes.ts';
import { ioReason } from './io-error.ts';
import type { Output } from './output.ts';
import { printable, printableLines } from './terminal-text.ts';

interface FailureOptions {
  /** The fix, as an instruction. */
  hint?: string | undefined;
  title?: string;
  requestId?: string | undefined;
  status?: number;
  fields?: FieldError[];
  /** The last log lines before the failure. */
  log?: string[];
  /** More members for `--json`. */
  details?: Record<string, unknown> | undefined;
}

/** An expected error, with its exit code and fix. */
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

/** Returns undefined for help and version, which commander also ends by throwing. */
export function toFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof ApiError) return apiFailure(error);
  if (error instanceof ConnectionError) return connectionFailure(error);
  if (error instanceof Error && error.name === 'AbortError') return new Failure('interrupted', 'interrupted');
  if (error instanceof CommanderError)
    return error.exitCode === 0 || error.code === 'commander.help'
      ? undefined
      : new Failure('usage', error.message.replace(/^error: /, ''), { title: 'Invalid usage' });
  const reason = ioReason(error);
  if (reason !== undefined && error instanceof Error && 'path' in error)
    return new Failure('failed', `cannot use ${error.path}: ${reason}`, {
      title: 'File error',
      hint: 'Give your user access to it, or choose another folder.',
    });
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Failure('failed', `unexpected error: ${detail}`, { title: 'Internal error' });
}

/** Adds what remains after Ctrl-C to an interruption. Returns any other error unchanged. */
export function explainInterruption(error: unknown, stays: string, hint: string): unknown {
  if (toFailure(error)?.exit !== 'interrupted') return error;
  return new Failure('interrupted', `interrupted: ${stays}`, { title: 'Interrupted', hint });
}

const exitByStatus = new Map<number, ExitName>([
  [401, 'denied'],
  [403, 'denied'],
  [409, 'conflict'],
  [502, 'unreachable'],
  [503, 'unreachable'],
  [504, 'unreachable'],
]);

/** Error type for content that the scan policy rejects, such as a model that may run code. */
const policyRejection = 'SecurityViolationError';

function apiFailure({ status, type, message, hint, fields, requestId, details }: ApiError): Failure {
  const exit = type === policyRejection ? 'rejected' : exitByStatus.get(status);
  return new Failure(exit ?? 'failed', message, {
    title: type,
    // The server's hint names a header, which CLI users never write.
    hint:
      status === 401 ? 'Run `slipway login` or set SLIPWAY_API_KEY. `slipway doctor` shows which key is in use.' : hint,
    status,
    requestId,
    fields,
    details,
  });
}

/** Tells what to do if no Slipway responds. */
export const serverHint =
  'Start a local server with `npm start`, or set another URL with --base-url or SLIPWAY_BASE_URL.';

function connectionFailure(error: ConnectionError): Failure {
  return new Failure('unreachable', error.message, {
    title: 'Server unreachable',
    hint: serverHint,
  });
}

export function printFailure({ message, options }: Failure, output: Output): void {
  output.error(printableLines(message));
  for (const { loc, msg } of options.fields ?? []) output.info(`  ${printable(`${loc.join('.')}: ${msg}`)}`);
  for (const line of options.log ?? []) output.info(`  | ${printableLines(line)}`.trimEnd());
  if (options.hint) output.info(`  fix      ${printable(options.hint)}`);
  if (options.requestId) output.info(`  request  ${printable(options.requestId)}`);
}

export function errorReport({ exit, message, options }: Failure): ErrorReport {
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

export interface ErrorReport {
  title: string;
  detail: string;
  /** The name of the exit code. */
  exit?: ExitName;
  /** The HTTP status of the server's response. */
  status?: number;
  hint?: string;
  request_id?: string;
  fields?: FieldError[];
  details?: Record<string, unknown>;
  /** The paths that could not be checked. */
  paths?: { path: string; why: string }[];
}

/** Returns whether JSON was requested, for failures that happen before the arguments are parsed. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === '--json' || arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
  );
}
