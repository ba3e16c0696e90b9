// The form of requests and answers of Cloudflare's API v4.

export interface Request {
  method: string;
  /** Without the prefix /client/v4 and without the query. */
  path: string;
  query: URLSearchParams;
  /** Names buckets together with the name: one in a jurisdiction is found there only. */
  jurisdiction: string | undefined;
  /** Parsed if it is JSON, otherwise its text. */
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

/** One page with all. */
export function page(results: unknown[]): Answer {
  const count = results.length;
  return ok(results, { page: 1, per_page: 100, count, total_count: count, total_pages: 1 });
}
