// The first step of `npm start`: migrates the database, builds the console, bundles the Worker and stores the runtime's configuration.
// Runs in a process of its own, with the arguments and environment of start.ts.
import { buildConsole } from './console-bundle.ts';
import { withLocalDatabase } from './database.ts';
import { ensureLocalOrganization } from './ensure-organization.ts';
import { migrate } from './migrate.ts';
import { type WorkerBundle, workerBundle } from './runtime/worker-bundle.ts';
import { writeWorkerConfig } from './runtime/worker-config.ts';
import { localSecrets } from './secrets.ts';
import { localUrls, readStartSettings, type StartSettings } from './settings.ts';
import { runStep } from './step-process.ts';
import { timed } from './terminal.ts';

await runStep(async () => {
  const settings = readStartSettings(process.argv.slice(2), process.env);
  if (typeof settings === 'string') throw new Error(settings);
  const bundle = workerBundle();
  // The console is built before the configuration is made, which lists its files.
  const [organization] = await Promise.all([openDatabase(settings, bundle), openConsole()]);
  const secrets = await localSecrets(settings.state);
  await writeWorkerConfig({
    ...settings,
    bundle: await bundle,
    builderUrl: localUrls(settings).builder_url,
    secrets: { ...secrets, builder_token: settings.builder?.token ?? secrets.builder_token },
    apiUrl: localUrls(settings).url,
    grantingOrganization: settings.publicUrl === undefined ? organization : undefined,
    anonymousOrganization: settings.anonymous ? organization : undefined,
  });
});

/** Returns the ID of the local organization. */
function openDatabase(settings: StartSettings, bundle: Promise<WorkerBundle>): Promise<string> {
  const { state } = settings;
  return timed('database', async () =>
    withLocalDatabase({ state, bundle: await bundle }, async (db) => {
      const applied = await migrate(db, 'migrations');
      const { admin_token } = await localSecrets(state);
      const { local, organizationId } = await ensureLocalOrganization(db, state, {
        ...localUrls(settings),
        admin_token,
      });
      const migrations = applied === 0 ? 'up to date' : `${applied} new migration${applied === 1 ? '' : 's'}`;
      return { result: organizationId, summary: `${migrations}, namespace ${local.namespace_id}` };
    }),
  );
}

function openConsole(): Promise<void> {
  return timed('console', async () => {
    const isNew = await buildConsole();
    return { result: undefined, summary: isNew ? 'built' : 'up to date' };
  });
}
