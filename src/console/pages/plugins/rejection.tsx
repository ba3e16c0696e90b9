// Lists why the scan rejected an upload.
import { ApiError } from '../../../client/errors.ts';
import { visible } from '../../parts/visible-text.ts';

/** Lists one line per finding that rejects the archive. */
export function listReasons(error: Error) {
  const body: unknown = error instanceof ApiError ? error.body : null;
  if (typeof body !== 'object' || body === null || !('validation_errors' in body)) return null;
  if (!Array.isArray(body.validation_errors)) return null;
  return (
    <ul>
      {body.validation_errors.map((reason) => (
        <li key={String(reason)}>{visible(String(reason))}</li>
      ))}
    </ul>
  );
}
