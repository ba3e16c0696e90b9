// Downloads uv into an image: `node fetch-uv.ts FOLDER`. Exits with an error if the download fails.
import { resolve } from 'node:path';
import { readSettings } from '../core/settings.ts';
import { findPython } from '../programs/python.ts';
import { environmentProcessLimits } from '../sandbox/process-limits.ts';
import { EnvironmentFailed } from './environment-failed.ts';
import { readPackageIndex } from './package-index.ts';
import { resolver, Uv } from './uv.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Pass the folder to put uv in.');
const settings = readSettings({ ...process.env, BUILDER_TOKEN: 'unused' });
if (typeof settings === 'string') throw new Error(settings);
const python = await findPython(settings.python);
if (typeof python === 'string') throw new Error(python);
const uv = new Uv(python, resolve(folder), environmentProcessLimits(settings.limits), readPackageIndex(process.env));
try {
  await uv.ready();
  process.stdout.write(`Fetched ${resolver} into ${folder}\n`);
} catch (error) {
  if (!(error instanceof EnvironmentFailed)) throw error;
  process.stderr.write(
    `${error.message} Behind a corporate network, set its certificates (--build-arg CA) or its index (--build-arg UV_DEFAULT_INDEX). OFFLINE=1 builds without uv.\n`,
  );
  process.exitCode = 1;
}
