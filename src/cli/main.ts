// The entry of `slipway`. Everything else is loaded through the compile cache, so that a second start is a quick one.
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const { env, stderr, stdout } = process;

// In the user's own folder: what lies in a shared one could be another user's code. Node 20 has no such cache.
module.enableCompileCache?.(join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway', 'compiled'));
// `npm run slipway` starts in the checkout; paths are meant from where the user is.
if (env.npm_lifecycle_event === 'slipway' && env.INIT_CWD) process.chdir(env.INIT_CWD);
// A reader that went away (`| head`) is no failure.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

const { createOutput } = await import('./output.ts');
const { exitCodes } = await import('./exit-codes.ts');
const { run } = await import('./run.ts');

const args = process.argv.slice(2);
const exit = await run(args, createOutput(stdout, stderr, env, args.includes('--no-color')), env);
process.exitCode = exitCodes[exit].code;
// What was told to stop has stopped; what else is open need not be waited for.
if (exit === 'interrupted') process.exit();
