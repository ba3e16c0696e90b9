// Tests that a cluster that can't run plugins needs the organizations that it is trusted for, and no others.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { clusters } from '../../../../src/features/clusters/tables.ts';
import { needActions } from '../../../support/scenes/need-actions.ts';
import { checkNeed, needsOf } from '../../../support/scenes/needs.ts';
import { organization } from '../../../support/scenes/organization.ts';

test('a cluster that is down needs the organizations that may use it until it is back', () =>
  checkNeed({
    kind: 'cluster',
    severity: 'bad',
    title: /^The Ray cluster gpu can't run plugins: unreachable$/,
    action: needActions.cluster,
    make: async ({ app, clock, deps, org }) => {
      const urls = { dashboardUrl: 'https://ray.example.com', serveUrl: 'https://serve.example.com' };
      const now = clock.now();
      await deps.db.insert(clusters).values({
        ...{ id: deps.ids('cluster'), name: 'gpu', ...urls, sealed: '', trustedFor: [org.id], state: 'unreachable' },
        ...{ checkedAt: now, createdAt: now },
      });
      expect((await needsOf(await organization({ fetch: app.fetch }))).needs).toEqual([]);
    },
    resolve: ({ deps }) => deps.db.update(clusters).set({ state: 'ready' }).where(eq(clusters.name, 'gpu')),
  }));
