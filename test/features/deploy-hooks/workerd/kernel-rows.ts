// Tells the kernel's tests what they need to know about deploy hooks.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import type { Deps } from '../../../../src/deps.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { copyRow, numbered } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { goPlugin } from '../../../support/plugins/go-plugins.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { deployHook, sendTo } from '../scenes/deploy-hooks.ts';

const deploy = { scope: 'plugins:deploy', of: 'namespace' } as const;
const redeployed = { kind: 'pipeline', provider: 'github', action: 'redeploy' };

/** Testing a hook fails, because the builder refuses the ref. */
const authorization: Record<string, Row> = {
  'POST /v1/deploy-hooks': {
    ...deploy,
    sent: { body: { ...redeployed, plugin: 'absent' } },
    ready: async ({ org }, fresh) => {
      await goPlugin(org, 'pipeline', fresh);
      return { sent: { body: { ...redeployed, plugin: fresh } } };
    },
  },
  'GET /v1/deploy-hooks': { ...deploy, of: 'visible' },
  'GET /v1/deploy-hooks/{hook_id}': deploy,
  'PATCH /v1/deploy-hooks/{hook_id}': { ...deploy, sent: { body: { description: 'x' } } },
  'POST /v1/deploy-hooks/{hook_id}/rotate': deploy,
  'POST /v1/deploy-hooks/{hook_id}/test': { ...deploy, status: 422, needs: ['git'], sent: { body: { ref: '-' } } },
  'GET /v1/deploy-hooks/{hook_id}/deliveries': deploy,
  'GET /v1/deploy-hooks/{hook_id}/deliveries/{delivery_id}': { ...deploy, means: { delivery_id: 'push_id' } },
  'DELETE /v1/deploy-hooks/{hook_id}': {
    ...deploy,
    ready: async ({ org, ids }) => ({ ids: { hook_id: await newHook(org, ids.slug ?? '') } }),
  },
};

/** Returns the fields of a deploy hook for the plugin. The repository need not exist. */
function redeploying(org: Organization, plugin: string) {
  const repository = 'https://git.example.com/made.git';
  return {
    kind: 'extractor',
    plugin,
    namespace_id: org.namespaceId,
    provider: 'github',
    repository,
    action: 'redeploy',
  };
}

async function newHook(org: Organization, plugin: string): Promise<string> {
  return (await deployHook(org, redeploying(org, plugin))).id;
}

const times = 1000;
const first = { from: 10_001, times };
const second = { from: 20_001, times };
const third = { from: 30_001, times };
const text = (value: string) => `'${value}'`;
const run = (statement: string) => env.DB.prepare(statement).run();

async function makeDue({ deps, old, org }: { org: Organization; deps: Deps; old: string }): Promise<void> {
  const target = { kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId };
  const repository = 'https://github.com/acme/plugins';
  const { id } = await deployHook(org, { ...target, provider: 'github', repository });
  await run(`insert into pushes (id, hook_id, organization_id, delivery_key, event, status, attempts, next_at, report_attempts, created_at, updated_at)
    values ('${deps.ids('push')}', '${id}', '${org.id}', 'first', 'push', 'queued', 0, ${old}, 0, ${old}, ${old})`);
  await copyRow('deploy_hooks', first, {});
  await copyRow('pushes', first, { hook_id: numbered('hook_id'), delivery_key: "'delivery-' || i" });
  const failed = "(select id from deployments where status = 'failed' limit 1)";
  const deploying = { status: text('deploying'), deployment_id: failed, updated_at: String(Number(old) - 1) };
  await copyRow('pushes', second, { delivery_key: "'delivery-' || i", ...deploying });
  await copyRow('pushes', third, {
    delivery_key: "'delivery-' || i",
    status: text('failed'),
    ended_at: String(deps.clock.now()),
    report_at: old,
  });
}

export const rows: FeatureRows = {
  authorization,
  open: ['POST /hooks/{hook_id}'],
  unkeyed: ['/hooks/:hook_id'],
  missingIds: { hook_id: 'dhk_00000000000000000000000000', push_id: 'psh_00000000000000000000000000' },
  ids: async ({ name, org }) => {
    const hook = await deployHook(org, redeploying(org, `${name}_ext`));
    const pushed = await sendTo(org, hook, { body: '{}', headers: { 'x-github-event': 'ping' } });
    const push = z.object({ delivery_id: idSchema('push') }).parse(pushed.body);
    return { hook_id: hook.id, push_id: push.delivery_id };
  },
  operationEvents: {
    'DELETE /v1/deploy-hooks/{hook_id}': ['deploy_hook.deleted'],
    'PATCH /v1/deploy-hooks/{hook_id}': ['deploy_hook.updated'],
    'POST /v1/deploy-hooks': ['deploy_hook.created'],
    'POST /v1/deploy-hooks/{hook_id}/rotate': ['deploy_hook.secret_rotated'],
    'POST /v1/deploy-hooks/{hook_id}/test': [],
  },
  explanations: { deploy_hooks: ['deploy_hook.'], pushes: ['push.', 'upload.created'] },
  bookkeeping: {
    deploy_hooks: {
      lease_token: 'a lease',
      lease_until: 'a lease',
      window_count: 'counts requests',
      window_start: 'counts requests',
    },
    pushes: {
      report_at: 'a report that is due',
      report_attempts: 'a report that failed',
      reported: 'what was reported',
      updated_at: 'follows from the others',
    },
  },
  removedLater: ['deploy_hooks', 'pushes'],
  singleMessages: ['report-push'],
  makeDue,
};
