// Declares deploy hooks: a push to a Git repository publishes a plugin and deploys it.
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { OrganizationId } from '../../core/ids.ts';
import { defineFeature } from '../../feature.ts';
import { hookNeeds } from './needs.ts';
import { settleDeployment } from './push-deployment.ts';
import { unclaimedPush } from './pushes.ts';
import { reportPush } from './report-status.ts';
import { deployHookRoutes } from './routes/hooks.ts';
import { hookReceiver } from './routes/receiving.ts';
import { runHook } from './run.ts';
import { dueDeployHooks, sweepDeployHooks } from './sweep.ts';
import { deployHooks as hooks, pushes } from './tables.ts';

const ofOrganization = (id: OrganizationId) =>
  sql`(select ${hooks.id} from ${hooks} where ${hooks.organizationId} = ${id})`;

export const deployHooks = defineFeature({
  name: 'deploy-hooks',
  routes: { '/v1/deploy-hooks': deployHookRoutes, '/hooks': hookReceiver },
  fields: {
    examples: {
      provider_delivery_id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      tags: ['v*'],
      branches: ['main'],
      status_api_url: 'https://api.github.com',
      status_token: 'github_pat_11AAAAAAA0Zm9vYmFy',
      by: 'psh_01m7wc54fherz84624ahd0kr7h',
    },
  },
  pages: ['/deploy-hooks', '/deploy-hooks/:page'],
  tags: [{ name: 'Deploy hooks', description: 'Publish and deploy by pushing to Git.', after: 'Events' }],
  messages: {
    'run-hook': { handle: (deps, { id }) => runHook(deps, id), marksRows: true, rows: hooks },
    'report-push': { handle: (deps, { id }) => reportPush(deps, id), rows: pushes },
  },
  needs: [hookNeeds],
  due: [{ step: sweepDeployHooks, due: dueDeployHooks }],
  owned: [
    { table: pushes, holder: ofOrganization, column: pushes.hookId },
    {
      table: hooks,
      holder: 'organization',
      column: hooks.organizationId,
      omitted: [hooks.secret, hooks.previousSecret, hooks.statusToken],
    },
  ],
  closing: (db, { id, isClosed, now }) => [
    db
      .update(hooks)
      .set({ statusToken: null, deletedAt: now, updatedAt: now })
      .where(and(eq(hooks.organizationId, id), isNull(hooks.deletedAt), isClosed)),
  ],
  waiting: { pushes: unclaimedPush },
  deploymentAdvanced: settleDeployment,
});
