// Forgets the bytes of a body that was read into values: they would be held until the answer.
import type { HonoRequest } from 'hono';
import { bodyLimits } from '../../contract/limits/requests.ts';

/** Small bodies stay: a new request takes longer than they are worth. */
export function forgetBody(request: HonoRequest): void {
  request.bodyCache = {};
  const { headers, method, url } = request.raw;
  if (Number(headers.get('content-length') ?? bodyLimits.smallBytes) >= bodyLimits.smallBytes)
    request.raw = new Request(url, { headers, method });
}
