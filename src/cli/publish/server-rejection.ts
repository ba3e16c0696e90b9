// Reports an upload that the server rejected.
import { ApiError } from '../../client/errors.ts';
import { Failure } from '../failures/failure.ts';
import { printViolations } from '../lint/violations.ts';
import type { Output } from '../terminal/output.ts';

/** The registry scanned the upload, and refused it. */
export function isRejection(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.status === 400 &&
    typeof error.body === 'object' &&
    error.body !== null &&
    'violations' in error.body
  );
}

/** The registry may use a stricter level or a newer policy than this CLI. */
export async function serverRejection(
  { body, message, requestId, status, type }: ApiError,
  output: Output,
): Promise<Failure> {
  const errors =
    typeof body === 'object' && body !== null && 'validation_errors' in body && Array.isArray(body.validation_errors)
      ? body.validation_errors.map(String)
      : [];
  const hasViolations = await printViolations(body, output);
  return new Failure('rejected', [message, ...(hasViolations ? [] : errors).map((error) => `  ${error}`)].join('\n'), {
    title: type,
    status,
    requestId,
    hint: 'Fix the findings, or waive a rule with `slipway waivers grant`.',
    details: { validation_errors: errors },
  });
}
