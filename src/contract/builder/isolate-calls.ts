// Contract of an isolate's main module (src/isolate/main.ts) and its caller: requests, and the marks of lines that it prints. Nothing
// else is imported here, because this becomes part of that module.

/** The requests. `load` has no body and returns the plugin's hello; `call` has an Operation and returns its answer. */
export const isolateUrls = { load: 'http://isolate/load', call: 'http://isolate/call' } as const;

export const isolateHeaders = {
  /** The milliseconds that the call may take, sleeping included. */
  timeLimit: 'slipway-time-limit',
  /** The ID of the API's request, for the lines of the log. */
  request: 'slipway-request',
} as const;

/** The name under which the main module imports the plugin, and its own. */
export const isolateModules = { main: 'main.js', plugin: 'plugin.wasm' } as const;

/** Compatibility date of the runtime that isolates get. No plugin can notice another one. */
export const isolateCompatibilityDate = '2026-09-15';

const isolateStreams = ['stdout', 'stderr', 'host'] as const;
export type IsolateStream = (typeof isolateStreams)[number];

const mark = '\x1e';
const markEnd = '\x1f';

/** Puts before a line which stream and request it belongs to. The isolate prints it, so a plugin can't forge one. */
export function markIsolateLine(stream: IsolateStream, requestId: string, line: string): string {
  return `${mark}${stream} ${requestId}${markEnd}${line}`;
}

export interface IsolateLine {
  stream: IsolateStream;
  request: string | undefined;
  line: string;
}

/** A line without a mark is the runtime's own. */
export function readIsolateLine(text: string): IsolateLine {
  const end = text.indexOf(markEnd);
  const [name, request = ''] = text.startsWith(mark) && end !== -1 ? text.slice(1, end).split(' ') : [];
  const stream = isolateStreams.find((each) => each === name);
  if (stream === undefined) return { stream: 'host', request: undefined, line: text };
  return { stream, request: request === '' ? undefined : request, line: text.slice(end + 1) };
}
