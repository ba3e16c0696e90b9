// Tests which of workerd's own log messages a user sees, and how they are worded.
import { expect, test } from 'vitest';
import { readableMessage } from '../../../scripts/local/miniflare.ts';

const stack = '\nstack: /x/node_modules/@cloudflare/workerd-linux-64/bin/workerd@57ff0c0 /x/workerd@2eddf30';

test.each([
  [
    `e = rust/cxx/kj-rs-io/ffi.rs:176: failed: getaddrinfo(): DNS lookup failed. host = nowhere.example; service = (none); failed to lookup address information: Name or service not known${stack}`,
    'DNS look-up failed: nowhere.example',
  ],
  [
    `exception = kj/compat/http.c++:2167: disconnected: premature EOF${stack}`,
    'exception = kj/compat/http.c++:2167: disconnected: premature EOF',
  ],
  ['NOSENTRY reporting trace with exceptions, but no exception outcome', undefined],
  [
    '{"level":"error","event":"request.failed","stack":"Error: x\\n at y"}',
    '{"level":"error","event":"request.failed","stack":"Error: x\\n at y"}',
  ],
])('a runtime message is recognized: %s', (message, readable) => {
  expect(readableMessage(message)).toBe(readable);
});
