// A complete installation. If it stops anywhere, the next run continues there.
import type { Print } from '../machine/terminal.ts';
import { bases, deployment, migrations, type Run } from './deployment.ts';
import { type Secrets, saveGivenSecrets, saveInstallation } from './installation.ts';
import { firstOrganization, waitForAnswer } from './organization.ts';
import {
  bucket,
  cors,
  database,
  lifecycle,
  ownSecrets,
  queues,
  replication,
  type Setup,
  type Step,
  signingToken,
} from './resources.ts';

export interface InstallOptions {
  /** The first organization's name. */
  organization: string;
  /** If true, prints the changes without making them. */
  isDry: boolean;
  /** Known secrets that aren't in the file yet. */
  given?: Secrets;
  run: Run;
  print: Print;
}

export async function install(setup: Setup, options: InstallOptions): Promise<void> {
  await prepareCloudflare(setup, options);
  if (!options.isDry) await waitForAnswer(setup.url);
  await take(firstOrganization(options.organization), setup, options);
}

/** Prepares everything on Cloudflare before the Worker is deployed. */
export async function prepareCloudflare(setup: Setup, options: Omit<InstallOptions, 'organization'>): Promise<void> {
  const { folder, installation, secrets, url } = setup;
  const { isDry, given = {}, run, print } = options;
  print(`Slipway at ${url}, in the account ${installation.account_id}`);
  if (!isDry) {
    await saveInstallation(folder, installation);
    await saveGivenSecrets(folder, secrets, given);
  }
  for (const step of cloudflareSteps(run)) await take(step, setup, options);
}

async function take(
  step: Step,
  setup: Setup,
  { isDry, print }: Pick<InstallOptions, 'isDry' | 'print'>,
): Promise<void> {
  const change = await step.look(setup);
  if (change === undefined) {
    print(`  ✓ ${step.name}`);
    return;
  }
  print(`  ${isDry ? '+' : '…'} ${step.name}: ${change.text}`);
  if (!isDry) await change.make();
}

function cloudflareSteps(run: Run): Step[] {
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
