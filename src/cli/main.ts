// Entry point of `slipway` in the checkout. Loads everything else through the compile cache, so later starts are fast. The package
// starts with scripts/bundle/main.ts.
import module from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

// Node 20 has no compile cache.
module.enableCompileCache?.(join(cacheFolder(process.env), 'compiled'));
// `npm run slipway` starts in the checkout, but paths are relative to the user's working folder.
if (process.env.npm_lifecycle_event === 'slipway' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
const { start } = await import('./start.ts');
await start();
