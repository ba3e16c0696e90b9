// The first step of `npm start`: migrates the database, builds the console and bundles the Worker. Runs as a separate process, with
// start.ts's arguments and environment, and returns the local organization.
import { buildConsole } from '../console-bundle.ts';
import { timed } from '../machine/terminal.ts';
import { ensureLocalOrganization, migrate, withLocalDatabase } from './database.ts';
import { localSecrets } from './secrets.ts';
import { localUrls, readStartSettings, type StartSettings } from './settings.ts';
import { runStep } from './step-process.ts';
import { workerBundle } from './worker-bundle.ts';

await runStep(async () => {
  const settings = readStartSettings(process.argv.slice(2), process.env);
  if (typeof settings === 'string') throw new Error(settings);
  const [organization] = await Promise.all([openDatabase(settings), openConsole()]);
  return organization;
});

/** Returns the ID of the local organization. */
function openDatabase(settings: StartSettings): Promise<string> {
  const { state } = settings;
  return timed('database', async () =>
    withLocalDatabase({ state, bundle: await workerBundle() }, async (db) => {
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
