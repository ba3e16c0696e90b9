// Checks that whatever keeps a request open to follow something does so in the one way that shares reads and ends with the caller's right.
import { expect, test } from 'vitest';
import { filesUnder } from './source-files.ts';

const outsideWorker = ['client', 'cli', 'console', 'reference'];
const files = filesUnder('src').filter(({ part }) => !outsideWorker.includes(part));

function pathsOf(isSuch: (text: string) => boolean): string[] {
  return files.filter(({ text }) => isSuch(text)).map(({ path }) => path);
}

test('every stream of events comes from one module; answers of calls have their own', () => {
  const own = ['src/api/responses/call-stream.ts', 'src/api/responses/event-stream.ts'];
  expect(pathsOf((text) => text.includes("'text/event-stream'"))).toEqual(own);
});

test('every stream of events counts as an open stream', () => {
  const streaming = pathsOf((text) => text.includes('return eventStream(c'));
  expect(streaming.length).toBeGreaterThan(3);
  expect(streaming).toEqual(pathsOf((text) => text.includes('eventStream(c') && text.includes('= openStream(c')));
});
