// Counts the D1 round trips of the message that deploys a version. They determine how long a deployment takes far from the database.
import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { consume } from '../../src/consume.ts';
import { database } from '../../src/db/client.ts';
import { features } from '../../src/features.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { deploy, overview, scene } from '../support/scenes/scene.ts';

const counted = countedD1(env.DB);

test.each(['its first version', 'another version'])(
  'a deployment of %s takes four round trips, and one for each feature that follows it',
  async (which) => {
    const s = await scene();
    if (which === 'another version') await advanceDeployment(s.deps, (await deploy(s)).id);
    const { id } = await deploy(s);
    const deps = { ...s.deps, db: database(counted.db) };
    // A busy machine may need longer than the few seconds after which the lease is renewed.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const trips = await counted.during(() => consume(deps, { v: 1, type: 'advance-deployment', id }));
      expect(trips).toBe(4 + features.filter(({ deploymentAdvanced }) => deploymentAdvanced).length);
    } finally {
      vi.useRealTimers();
    }
    expect((await overview(s)).serving?.id).toBe(id);
  },
);
