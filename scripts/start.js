// Entry point of `npm start`. Written in JavaScript so that an old Node, which cannot run TypeScript, can print a useful error.
import { spawnSync } from 'node:child_process';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `slipway: Node ${process.versions.node} is too old; Node 24 is required. Run \`npm start\`, which uses its own Node.`,
  );
  process.exitCode = 1;
} else {
  const cache = fileURLToPath(new URL('../node_modules/.cache/slipway/compiled', import.meta.url));
  module.enableCompileCache(cache);
  const isRestarted = process.env.SLIPWAY_RESTARTED === '1';
  delete process.env.SLIPWAY_RESTARTED;
  const { main } = await import('./start.ts');
  const isCompilerLoaded = process.moduleLoadList.some((name) => name.includes('amaro'));
  if (isCompilerLoaded && !isRestarted) restart(cache);
  await main();
}

/**
 * Replaces this process after Node removed the types of sources that were not in its cache: the compiler for it would stay, with 20 MiB in the
 * launcher and 30 MiB in the builder.
 */
function restart(cache) {
  const builder = fileURLToPath(new URL('../builder/server/main.ts', import.meta.url));
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  spawnSync(process.execPath, [builder, '--load-only'], { env, stdio: 'ignore' });
  module.flushCompileCache();
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  // Windows has nothing like it.
  process.execve?.(process.execPath, command, { ...process.env, SLIPWAY_RESTARTED: '1' });
}
