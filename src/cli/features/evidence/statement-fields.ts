// Reads fields of a statement's predicate, and names one that differs.
import type { Statement } from '../../../contract/features/evidence/evidence.ts';
import { Failure } from '../../terminal/failure.ts';

export class Differs extends Failure {
  constructor(type: string, field: string, message: string, hint?: string) {
    super('rejected', `${type}: ${field} ${message}`, { title: 'Not verified', hint, details: { type, field } });
  }
}

/** Returns a value of the statement's predicate by its path. */
export function at(statement: Statement | undefined, ...path: string[]): unknown {
  let value: unknown = statement?.predicate;
  for (const name of path) value = isRecord(value) ? value[name] : undefined;
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
