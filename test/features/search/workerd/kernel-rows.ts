// Tells the kernel's tests what they need to know about the search.
import { env } from 'cloudflare:workers';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';

const authorization: Record<string, Row> = {
  'GET /v1/search': { scope: 'plugins:read', of: 'visible', query: '?q=plugin' },
};

export const rows: FeatureRows = {
  authorization,
  roundTrips: { 'GET /v1/search': [3, 'reads the index, then its blocks, then the plugins found'] },
  bySense: ['GET /v1/search query#/q'],
  recordsOnly: {
    search_words: 'made again from plugins, whose changes are events',
    search_blocks: 'made again from plugins, whose changes are events',
  },
  makeDue: async () => {
    await env.DB.prepare('update search_words set revision = revision + 1').run();
  },
};
