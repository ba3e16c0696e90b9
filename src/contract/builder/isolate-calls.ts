// Contract between an isolate's main module (src/isolate/main.ts) and its caller: requests, and marks on printed lines. Import nothing
// else here, because this becomes part of that module.

/** Request URLs. `load` has no body and returns the plugin's hello; `call` has an Operation and returns its answer. */
export const isolateUrls = { load: 'http://isolate/load', call: 'http://isolate/call' } as const;

export const isolateHeaders = {
  /** The call's time limit in milliseconds, including sleeps. */
  timeLimit: 'slipway-time-limit',
  /** The API request's ID, for log lines. */
  request: 'slipway-request',
} as const;

/** Module names: the main module's, and the plugin's, as the main module imports it. */
export const isolateModules = { main: 'main.js', plugin: 'plugin.wasm' } as const;

/** The isolates' runtime compatibility date. Plugins wouldn't notice a different one. */
export const isolateCompatibilityDate = '2026-09-15';

const isolateStreams = ['stdout', 'stderr', 'host'] as const;
export type IsolateStream = (typeof isolateStreams)[number];

const mark = '\x1e';
const markEnd = '\x1f';

/** Prefixes a line with its stream and request. The isolate prints this mark, so a plugin can't forge one. */
export function markIsolateLine(stream: IsolateStream, requestId: string, line: string): string {
  return `${mark}${stream} ${requestId}${markEnd}${line}`;
}

export interface IsolateLine {
  stream: IsolateStream;
  request: string | undefined;
  line: string;
}

/** Parses a line. A line without a mark is the runtime's own. */
export function readIsolateLine(text: string): IsolateLine {
  const end = text.indexOf(markEnd);
  const [name, request = ''] = text.startsWith(mark) && end !== -1 ? text.slice(1, end).split(' ') : [];
  const stream = isolateStreams.find((each) => each === name);
  if (stream === undefined) return { stream: 'host', request: undefined, line: text };
  return { stream, request: request === '' ? undefined : request, line: text.slice(end + 1) };
}
