// Reads the mark that the Python host puts before a line that a call prints: the ID of the request
// (host-python/slipway_host/request_marks.py). A plugin can forge it, in its own log only.

const record = 0x1e;
const unit = String.fromCharCode(0x1f);
const id = /^[\w-]{1,64}$/;

export function readMark(line: string): { line: string; request: string | undefined } {
  if (line.charCodeAt(0) !== record) return { line, request: undefined };
  const end = line.indexOf(unit);
  const request = line.slice(1, Math.max(1, end));
  return id.test(request) ? { line: line.slice(end + 1), request } : { line, request: undefined };
}
