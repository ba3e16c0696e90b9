// Defines the request and response format of Cloudflare's API v4.

export interface Request {
  method: string;
  /** Path without the prefix /client/v4 and without the query. */
  path: string;
  query: URLSearchParams;
  /** Identifies a bucket together with its name, because a bucket in a jurisdiction is found only there. */
  jurisdiction: string | undefined;
  /** The parsed JSON, or the text if it isn't JSON. */
  body: unknown;
}

export interface Answer {
  status: number;
  body: unknown;
}

export function ok(result: unknown, info?: Record<string, unknown>): Answer {
  return {
    status: 200,
    body: { success: true, errors: [], messages: [], result, ...(info && { result_info: info }) },
  };
}

export function refused(status: number, code: number, message: string): Answer {
  return { status, body: { success: false, errors: [{ code, message }], messages: [], result: null } };
}

/** Returns all results as one page. */
export function page(results: unknown[]): Answer {
  const count = results.length;
  return ok(results, { page: 1, per_page: 100, count, total_count: count, total_pages: 1 });
}
