// Mutations of how events are archived and exported: events that are lost, repeated or moved too early.
import type { Mutation } from './mutation.ts';

const archive = 'test/events/archive.test.ts';
const archivedEvents = 'test/events/webhooks/archived-events.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'events are archived a day too early',
    file: 'src/events/archive-events.ts',
    search: '(clock.now() - retention.eventsMs) / dayMs',
    replace: '(clock.now() - retention.eventsMs) / dayMs + 1',
    tests: [archive],
  },
  {
    name: 'the newest block is archived',
    file: 'src/events/archive-events.ts',
    search: 'lt(eventBlocks.number, newest)',
    replace: 'lte(eventBlocks.number, newest)',
    tests: [archive],
  },
  {
    name: 'events that were changed are archived',
    file: 'src/events/archive-events.ts',
    search: 'if (!follows ||',
    replace: 'if (follows === undefined ||',
    tests: [archive],
  },
  {
    name: 'events stay in the database when they were archived',
    file: 'src/events/archive-events.ts',
    search: 'db.delete(events).where(and(inArchive, isMoved))',
    replace: 'db.delete(events).where(and(inArchive, isMoved, sql`false`))',
    tests: [archive],
  },
  {
    name: 'deliveries outlive their events',
    file: 'src/events/archive-events.ts',
    search: 'if (!(await deleteDeliveriesBefore(db, organizationId, lastEventAt)))',
    replace: 'if (lastEventAt === 0)',
    tests: [archivedEvents],
  },
  {
    name: 'an export misses what is archived under it',
    file: 'src/events/export.ts',
    search: 'if (archives.length > 0) return false;',
    replace: 'if (archives.length > 1) return false;',
    tests: [archive],
  },
  {
    name: 'an archive is exported from its first event on',
    file: 'src/events/export.ts',
    search: 'return skipped > skip;',
    replace: 'return true;',
    tests: [archive],
  },
  {
    name: 'a cursor passes over archived events',
    file: 'src/events/feed.ts',
    search: "order === 'asc' && after < archive.lastSeq",
    replace: "order === 'asc' && after < 0",
    tests: [archive],
  },
];
