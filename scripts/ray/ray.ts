// Implements `npm run ray`: installs Ray and runs a cluster's head on this machine until Ctrl-C (docs/ray.md). The first run needs the
// package index.
import { availableParallelism } from 'node:os';
import { findPython } from '../../builder/server/programs/python.ts';
import { readCommandLine } from '../machine/command-line.ts';
import { print, timed } from '../machine/terminal.ts';
import { startHead } from './head.ts';
import { installRay, rayVersion } from './install.ts';

const usage = `npm run ray [-- --port PORT]

  --port PORT   of the dashboard (8265)`;

const { values } = readCommandLine(usage, { options: { port: { type: 'string', default: '8265' } } });
const python = await findPython(process.env.PYTHON);
if (typeof python === 'string') throw new Error(python);
const program = await timed('Ray', async () => ({ result: await installRay(python.executable), summary: rayVersion }));
const head = await startHead({ program, dashboardPort: Number(values.port), cpus: availableParallelism() });
const stopped = new Promise<void>((stop) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
});
try {
  await timed('dashboard', async () => ({ result: await head.ready(), summary: head.dashboardUrl }));
  print(`
Connect it to a Slipway that \`SLIPWAY_ALLOW_LOOPBACK=1 npm start\` runs:

  export RAY_TOKEN=${head.token}
  slipway clusters add local --dashboard ${head.dashboardUrl} \\
      --serve http://127.0.0.1:8000 --token-env RAY_TOKEN --all

Ctrl-C stops it.`);
  await Promise.race([stopped, head.ended()]);
} finally {
  await head.stop();
}
