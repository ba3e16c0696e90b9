// Entry point of `slipway`. Loads everything else through the compile cache, so that later starts are fast.
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const { env, stderr, stdout } = process;

// The cache is in the user's own folder, since a shared one could contain another user's code. Node 20 has no compile cache.
module.enableCompileCache?.(join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway', 'compiled'));
// `npm run slipway` starts in the checkout, but paths are relative to the user's folder.
if (env.npm_lifecycle_event === 'slipway' && env.INIT_CWD) process.chdir(env.INIT_CWD);
// A closed pipe (`| head`) is not an error.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

const { createOutput } = await import('./output.ts');
const { exitCodes } = await import('./exit-codes.ts');
const { run } = await import('./run.ts');

const args = process.argv.slice(2);
const exit = await run(args, createOutput(stdout, stderr, env, args.includes('--no-color')), env);
process.exitCode = exitCodes[exit].code;
// Aborted work has cleaned up by now. Don't wait for anything else that is open.
if (exit === 'interrupted') process.exit();
