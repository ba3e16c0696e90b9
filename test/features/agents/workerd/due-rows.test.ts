// Tests that the sweep reads and sends a bounded amount when a thousand artifacts are due at the same time (design §9a).
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { artifactFetch } from '../../../../src/contract/features/agents/limits.ts';
import { sweepAgentArtifacts } from '../../../../src/features/agents/verification.ts';
import { countRows } from '../../../support/database/d1-rows.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import { costOf, due, dueScene as scene } from '../../../support/scenes/due-scene.ts';
import { agents, registration } from '../scenes/agents.ts';

countRows(env.DB);

test("only an organization's share of a thousand due agent artifacts is verified in one sweep", async () => {
  const world = await scene();
  expect((await world.org.post(agents, registration())).status).toBe(200);
  await copyRow('agent_artifacts', due, {
    version: "'1.0.' || i",
    verification: "'pending'",
    next_check_at: world.old,
  });
  const { rows, messages } = await costOf(world, sweepAgentArtifacts);
  expect(messages).toBe(artifactFetch.perOrganizationAtOnce);
  expect(rows).toBeLessThanOrEqual(300);
});
