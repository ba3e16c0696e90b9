// Tests how the console describes events of waivers.
import { expect, test } from 'vitest';
import { eventSentence } from '../../../../src/console/data/events/event-sentence.ts';

test('a granted waiver becomes a sentence with the names in its data', () => {
  const data = { rule: 'SLP101', plugin: 'echo', reason: 'reviewed' };
  expect(eventSentence({ type: 'waiver.granted', data })).toBe('waived SLP101 for echo: reviewed');
});
