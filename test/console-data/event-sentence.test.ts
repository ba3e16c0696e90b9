// Tests how the console describes events.
import { expect, test } from 'vitest';
import { eventSentence, subjectNames } from '../../src/console/data/events/event-sentence.ts';
import { eventData, eventTypeSchema } from '../../src/contract/events/events.ts';

test.each([
  ['key.created', { name: 'ci' }, 'created the key ci'],
  ['waiver.used', { rule: 'SLP101', plugin_id: 'echo_1_0_0' }, 'accepted echo_1_0_0 with waived SLP101 findings'],
  ['release.reverted', { reason: 'wrong scores' }, 'reverted a release: wrong scores'],
  ['release.reverted', { reason: null }, 'reverted a release'],
  ['namespace.updated', { fields: ['name', 'description'] }, "changed a namespace's name, description"],
  [
    'grant.given',
    { plugin: 'echo', kind: 'extractor', permissions: { network: ['api.example.com'], memory_mb: 512 } },
    'granted network api.example.com, memory 512 MiB to echo',
  ],
] as const)('a %s event becomes a sentence with the names in its data', (type, data, sentence) => {
  expect(eventSentence({ type, data })).toBe(sentence);
});

test('every event type has a sentence that names only fields of the event', () => {
  for (const type of eventTypeSchema.exclude(['grant.given']).options) {
    const fields = Object.keys(eventData[type].shape).map((field) => [field, 'known']);
    const sentence = eventSentence({ type, data: Object.fromEntries(fields) });
    expect(sentence, type).not.toMatch(/[{}]|nothing/);
  }
});

test('no event sentence puts a possessive behind the subject that it names', () => {
  const named = eventTypeSchema
    .exclude(['grant.given'])
    .options.map((type) => eventSentence({ type, data: {} }, 'echo'));
  expect(named.filter((sentence) => sentence.includes("echo's"))).toEqual([]);
});

test.each([
  ['deployment.queued', 'dep_1', 'requested a deployment of echo 1.2.0'],
  ['deployment.failed', 'dep_1', 'ended a deployment of echo 1.2.0 that failed: no model'],
  ['deployment.queued', 'dep_2', 'requested a deployment'],
  ['upload.confirming', 'plu_1', 'scans an upload of echo'],
  ['upload.created', 'plu_1', 'started an upload of echo'],
] as const)('a %s event about %s names its subject: %s', (type, subject_id, sentence) => {
  const created = { type: 'upload.created', subject_id: 'plu_1', data: { name: 'echo' } } as const;
  const names = subjectNames([created], [{ deployment_id: 'dep_1', name: 'echo', version: '1.2.0' }]);
  expect(eventSentence({ type, data: { name: 'echo', error: 'no model' } }, names.get(subject_id))).toBe(sentence);
});
