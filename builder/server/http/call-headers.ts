// Reads what a call's headers say about the caller.
import type { IncomingHttpHeaders } from 'node:http';
import { requestHeader } from '../../../src/contract/builder/instances.ts';
import { laterHeader, timeoutHeader } from '../../../src/contract/builder/serving.ts';
import { parseTraceparent, traceHeader } from '../../../src/core/trace-context.ts';
import type { PluginCall } from '../processes/plugin-call.ts';

export function readCallHeaders(
  headers: IncomingHttpHeaders,
): Pick<PluginCall, 'requestId' | 'timeLeftMs' | 'isLater' | 'trace'> {
  return {
    requestId: requestIdOf(headers[requestHeader]),
    timeLeftMs: timeLeftOf(headers[timeoutHeader]),
    isLater: headers[laterHeader] === '1',
    trace: parseTraceparent(headers[traceHeader]?.toString()),
  };
}

/**
 * Returns a valid request ID, or an empty string. The log marks lines with the ID, and other characters could pass for part of the
 * line.
 */
function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w-]{1,64}$/.test(header) ? header : '';
}

function timeLeftOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}
