// Says what an account has after a complete setup.
import { readdir } from 'node:fs/promises';
import type { Scene } from './scene.ts';

const queues = ['artifacts', 'calls', 'calls-low', 'deliveries', 'deployments', 'isolate-logs', 'runs', 'scans'];
export const migrations = (await readdir('migrations')).filter((name) => name.endsWith('.sql')).sort();
/** The state of an account in which everything is set up. */
export const complete = {
  databases: [{ name: 'slipway', location: 'weur', replication: 'auto', migrations }],
  queues: queues.flatMap((name) => [`slipway-${name}`, `slipway-${name}-dead`]),
  tokens: [
    {
      name: 'slipway-archives',
      policies: [
        {
          effect: 'allow',
          permission_groups: [{ id: 'bucket-item-write' }],
          resources: { 'com.cloudflare.edge.r2.bucket.0123456789abcdef0123456789abcdef_default_slipway-archives': '*' },
        },
      ],
    },
  ],
  secrets: ['ADMIN_TOKEN', 'DATA_KEK', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
};

export function stateOf({ account }: Scene) {
  const { databases, buckets, queues: made, tokens, workers } = account.summary();
  return { databases, buckets, queues: made.map(({ name }) => name), tokens, secrets: workers[0]?.secrets };
}
