// Declares the search: an index of plugins' words, which the sweep maintains, and the route that reads it.
import { defineFeature } from '../../feature.ts';
import { readVersion, searchWalk } from './read-plugins.ts';
import { searchRoutes } from './routes/search.ts';
import { dueIndex, sweepIndex } from './sweep.ts';
import { searchBlocks, searchWords } from './tables.ts';

const omittedBecause = 'made again from plugins and their archives';

export const search = defineFeature({
  name: 'search',
  routes: { '/v1/search': searchRoutes },
  due: [{ step: sweepIndex, due: dueIndex, walk: searchWalk }],
  owned: [
    { table: searchWords, holder: 'organization', column: searchWords.organizationId, omittedBecause },
    { table: searchBlocks, holder: 'organization', column: searchBlocks.organizationId, omittedBecause },
  ],
  versionChanged: readVersion,
});
