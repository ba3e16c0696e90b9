// Checks that streams of events are made in the one place that asks for a counted stream, which ends with the caller's right.
import { expect, test } from 'vitest';
import { filesUnder } from './source-files.ts';

const outsideWorker = ['client', 'cli', 'console', 'reference'];
const files = filesUnder('src').filter(({ part }) => !outsideWorker.includes(part));

test('every stream of events comes from one module; answers of calls have their own', () => {
  const own = ['src/api/responses/call-stream.ts', 'src/api/responses/event-stream.ts'];
  const streaming = files.filter(({ text }) => text.includes("'text/event-stream'"));
  expect(streaming.map(({ path }) => path)).toEqual(own);
});
