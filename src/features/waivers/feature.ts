// Declares waivers: an administrator accepts one rule's findings for one plugin, for a stated reason and until a set time.
import { defineFeature } from '../../feature.ts';
import { waiverRoutes } from './routes/waivers.ts';
import { selectExpired, sweepVerdicts } from './waivers.ts';

export const waivers = defineFeature({
  name: 'waivers',
  routes: { '/v1/waivers': waiverRoutes },
  fields: { ids: { waiver_id: ['wvr', 'waiver'] } },
  pages: ['/waivers'],
  due: [{ step: sweepVerdicts, due: (deps) => [selectExpired(deps)] }],
});
