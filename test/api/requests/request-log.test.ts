// Tests which requests are logged, and their log lines.
import { expect, test } from 'vitest';
import { jsonLog } from '../../../src/core/log.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';

function logging(passesMs: number) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const now = () => {
    clock.advance(passesMs);
    return clock.now();
  };
  const app = testApp({ clock: { now }, logEvery: 10, log: jsonLog({ info: write, warn: write, error: write }) });
  const requests = () => lines.map((line) => JSON.parse(line)).map(({ status, stands_for }) => [status, stands_for]);
  return { ...app, lines, requests };
}

test('one in ten fast, successful requests is logged, with a line that says it stands for ten', async () => {
  const { fetch, lines, requests } = logging(0);
  const org = await organization({ fetch });
  lines.length = 0;
  for (let i = 0; i < 30; i++) await org.get('/v1/keys/self');
  expect(requests()).toEqual(Array.from({ length: 3 }, () => [200, 10]));
});

test('a failed request has a log line', async () => {
  const { fetch, requests } = logging(0);
  await clientOf(null, fetch).get('/v1/keys');
  expect(requests()).toEqual([[401, undefined]]);
});

test('a request that takes a second has a log line', async () => {
  const { fetch, lines, requests } = logging(1000);
  const org = await organization({ fetch });
  lines.length = 0;
  await org.get('/v1/keys/self');
  expect(requests()).toEqual([[200, undefined]]);
});
