// Declares approvals: another person approves or rejects versions that wait for it. The kernel decides which versions wait.
import { namespaced, organizationWide } from '../../api/requests/surfaces.ts';
import { defineFeature } from '../../feature.ts';
import { selectStageEnded, sweepStages } from './approval.ts';
import { approvalNeeds } from './needs.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { decisionRoutes } from './routes/decisions.ts';

export const approvals = defineFeature({
  name: 'approvals',
  routes: {
    '/v1/approvals': approvalRoutes,
    '/v1/namespaces/:namespace_id/plugins': () => decisionRoutes(namespaced),
    '/v1/plugins': () => decisionRoutes(organizationWide),
  },
  fields: {
    examples: {
      files_scanned: 7,
      waived_rules: ['SLP501'],
      diff_url: '/v1/namespaces/ns_01m7wc54fherz84624ahd0kr7h/plugins/by-name/text_profile/diff?v1=1.0.0&v2=1.1.0',
    },
  },
  pages: ['/approvals'],
  needs: [approvalNeeds],
  due: [{ step: sweepStages, due: (deps) => [selectStageEnded(deps)] }],
});
