// Creates the problem for a field of a hook that does not suit it.
import { Problem } from '../core/problem.ts';

export function invalidField(field: string, message: string): Problem {
  return new Problem('invalid-request', message, { fields: [{ path: ['body', field], message, type: 'unsuitable' }] });
}
