// Tests that the console shows the events of a run as one group.
import { expect, test } from 'vitest';
import type { components } from '../../../../src/client/api.gen.d.ts';
import { eventGroups } from '../../../../src/console/data/events/event-groups.ts';

type Event = components['schemas']['Event'];

function event(id: string, type: Event['type']): Event {
  return {
    ...{ id, type, subject_id: 'run_1', timestamp: '2026-03-05T09:00:00.000Z', namespace_id: null, data: {} },
    organization_id: 'org_1',
    actor: { type: 'key', id: 'key_1' },
  };
}

test('the events of a run are one group in the place of its newest event', () => {
  const groups = eventGroups([event('evt_2', 'run.started'), event('evt_1', 'run.created')]);
  expect(groups.map(({ event, others }) => [event.id, ...others.map(({ id }) => id)])).toEqual([['evt_2', 'evt_1']]);
});
