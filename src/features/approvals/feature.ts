// Declares approvals: another person approves or rejects versions that wait for it. The kernel decides which versions wait.
import { namespaced, organizationWide } from '../../api/requests/surfaces.ts';
import { defineFeature } from '../../feature.ts';
import { selectStageEnded, sweepStages } from './approval.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { decisionRoutes } from './routes/decisions.ts';

export const approvals = defineFeature({
  name: 'approvals',
  routes: {
    '/v1/approvals': approvalRoutes,
    '/v1/namespaces/:namespace_id/plugins': () => decisionRoutes(namespaced),
    '/v1/plugins': () => decisionRoutes(organizationWide),
  },
  pages: ['/approvals'],
  due: [{ step: sweepStages, due: (deps) => [selectStageEnded(deps)] }],
});
