// Tests the query that operators use to check for stuck work.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import query from '../../scripts/deploy/health.sql?raw';
import { organization } from '../support/scenes/organization.ts';

const healthy = {
  dead_letters_today: 0,
  unsent_messages: 0,
  stuck_deployments: 0,
  stuck_uploads: 0,
  failing_webhooks: 0,
  serving: 0,
};

test('an installation without stuck work reports zeros', async () => {
  expect(await env.DB.prepare(query).first()).toEqual(healthy);
});

test("the query counts the last day's dead letters, old unsent messages and old uploads", async () => {
  const { id, namespaceId } = await organization();
  const now = Date.now();
  const tooOld = now - 11 * 60_000;
  const insertDeadLetter = env.DB.prepare("insert into dead_letters values (?, 'slipway-scans', '{}', 'failed', ?)");
  const insertMessage = env.DB.prepare("insert into outbox values (?, 'scans', '{}', ?, ?, ?)");
  const insertUpload = env.DB.prepare(
    `insert into uploads (id, organization_id, owner_id, kind, name, major, minor, patch, version_chosen_by_server, status, expires_at, created_by, created_at, updated_at)
     values (?1, ?2, ?3, 'extractor', 'x', 1, 0, 0, 0, 'confirming', ?4, 'key_1', ?4, ?4)`,
  );
  await env.DB.batch([
    insertDeadLetter.bind('today', now),
    insertDeadLetter.bind('earlier', now - 25 * 3_600_000),
    insertMessage.bind('unsent', tooOld, tooOld, null),
    insertMessage.bind('sent', tooOld, tooOld, now),
    insertUpload.bind('stuck', id, namespaceId, tooOld),
    insertUpload.bind('at work', id, namespaceId, now),
  ]);
  const found = { dead_letters_today: 1, unsent_messages: 1, stuck_uploads: 1 };
  expect(await env.DB.prepare(query).first()).toEqual({ ...healthy, ...found });
});
