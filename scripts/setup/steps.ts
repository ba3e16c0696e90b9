// The order of an installation on Cloudflare. Each step looks at what is there and does only what is missing, so that a run that was
// stopped is continued by the next one, and a run on a complete installation changes nothing.
import { bases, deployment, migrations, type Run } from './deployment.ts';
import {
  bucket,
  cors,
  database,
  lifecycle,
  ownSecrets,
  queues,
  replication,
  type Step,
  signingToken,
} from './resources.ts';

export function cloudflareSteps(run: Run): Step[] {
  return [
    database,
    replication,
    bucket,
    lifecycle,
    cors,
    queues,
    signingToken,
    ownSecrets,
    bases,
    migrations(run),
    deployment(run),
  ];
}
