// Tests how the console says in words what an event is about.
import { expect, test } from 'vitest';
import { eventSentence } from '../../src/console/data/event-sentence.ts';
import { eventData } from '../../src/contract/events/events.ts';

test.each([
  ['key.created', { name: 'ci' }, 'created the key ci'],
  ['waiver.granted', { rule: 'SLP101', plugin: 'echo', reason: 'reviewed' }, 'waived SLP101 for echo: reviewed'],
  ['namespace.updated', { fields: ['name', 'description'] }, 'changed name, description of a namespace'],
  [
    'grant.given',
    { plugin: 'echo', kind: 'extractor', permissions: { network: ['api.example.com'], memory_mb: 512 } },
    'granted network api.example.com, memory 512 MiB to echo',
  ],
] as const)('an event of the type %s is a sentence with the names of its data', (type, data, sentence) => {
  expect(eventSentence({ type, data })).toBe(sentence);
});

test('an event without a sentence of its own says what happened to what', () => {
  expect(eventSentence({ type: 'instance.no_capacity', data: {} })).toBe('no capacity: instance');
});

test('no event type has a sentence with an unfilled place', () => {
  for (const type of Object.keys(eventData) as (keyof typeof eventData)[])
    expect(eventSentence({ type, data: {} })).not.toMatch(/[{}]/);
});
