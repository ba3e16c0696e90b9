// Tests how the console groups events, and filters them by actor.
import { expect, test } from 'vitest';
import type { components } from '../../src/client/api.gen.d.ts';
import { eventGroups, eventsBy } from '../../src/console/data/events/event-groups.ts';

type Event = components['schemas']['Event'];

function event(id: string, type: Event['type'], subject_id: string, actor = 'key_1'): Event {
  return {
    ...{ id, type, subject_id, timestamp: '2026-03-05T09:00:00.000Z', namespace_id: null, data: {} },
    organization_id: 'org_1',
    actor: { type: 'key', id: actor },
  };
}

test('the events of a deployment are one group in the place of its newest event, and all other events are separate groups', () => {
  const groups = eventGroups([
    event('evt_5', 'deployment.promoted', 'dep_1'),
    event('evt_4', 'key.created', 'key_2'),
    event('evt_3', 'deployment.building', 'dep_1'),
    event('evt_2', 'key.created', 'key_2'),
    event('evt_1', 'deployment.queued', 'dep_2'),
  ]);
  expect(groups.map(({ event, others }) => [event.id, ...others.map(({ id }) => id)])).toEqual([
    ['evt_5', 'evt_3'],
    ['evt_4'],
    ['evt_2'],
    ['evt_1'],
  ]);
});

test('events are filtered by actor', () => {
  const events = [event('evt_2', 'key.created', 'key_3', 'key_1'), event('evt_1', 'key.created', 'key_4', 'key_2')];
  expect(eventsBy(events, 'key_2').map(({ id }) => id)).toEqual(['evt_1']);
  expect(eventsBy(events, undefined)).toHaveLength(2);
});
