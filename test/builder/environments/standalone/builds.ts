// Finds Pythons of three versions: those in PYTHON_3_11, PYTHON_3_12 and PYTHON_3_13, or standalone builds. The builds
// are downloaded once from Go's module proxy, as data in a module, and are verified by the module's hash.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const module = 'github.com/kluctl/go-embed-python';
/** The versions of this module start with Python's version. */
const builds = {
  '3.11': { version: 'v0.0.0-3.11.11-20241219-1', sum: 'h1:yVXFTxa6cvhLC6TwkDEHmNaiWlDyaFEGiXd1DQdoeOU=' },
  '3.12': { version: 'v0.0.0-3.12.3-20240415-1', sum: 'h1:IX2O3LJUL0AjYsROGZ4aNENTEb3c/Ll/0b9Yb/8P61Q=' },
  '3.13': { version: 'v0.0.0-3.13.1-20241219-1', sum: 'h1:x1cSEj4Ug5mpuZgUHLvUmlc5r//KHFn6iYiRSrRcVy4=' },
} as const;

export type PythonName = keyof typeof builds;
export const pythonNames = ['3.11', '3.12', '3.13'] as const satisfies PythonName[];

const machines: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const folder = resolve('dist/pythons');

const downloadSchema = z.object({
  Dir: z.string().optional(),
  Sum: z.string().optional(),
  Error: z.string().optional(),
});
const filesSchema = z.object({
  files: z.array(
    z.object({
      name: z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/),
      perm: z.int(),
      symlink: z.string().optional(),
      compressed: z.boolean().default(false),
    }),
  ),
});
/** Some 40 MiB. */
const downloadMs = 10 * 60_000;
/** The bit that marks folders in Go's file modes. */
const isFolder = 2 ** 31;

/** Returns the interpreter's path. */
export async function findStandalone(name: PythonName): Promise<string> {
  const own = process.env[`PYTHON_${name.replace('.', '_')}`];
  if (own) return own;
  const { version } = builds[name];
  const target = join(folder, version);
  const executable = join(target, 'bin', `python${name}`);
  const isThere = await readFile(join(target, 'complete')).then(
    () => true,
    () => false,
  );
  if (!isThere) await fetchPython(name, target);
  return executable;
}

async function fetchPython(name: PythonName, target: string): Promise<void> {
  const { version, sum } = builds[name];
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'fetch-'));
  try {
    const env = { ...process.env, GOMODCACHE: join(work, 'modules'), GOFLAGS: '-mod=mod -modcacherw' };
    const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', `${module}@${version}`], {
      env,
      cwd: work,
      timeout: downloadMs,
      killSignal: 'SIGKILL',
    });
    const { Dir, Sum, Error: error } = downloadSchema.parse(JSON.parse(stdout));
    if (Dir === undefined || Sum !== sum) throw new Error(`${module}@${version}: ${error ?? `its hash is ${Sum}`}`);
    const data = join(Dir, 'python', 'internal', 'data', `${process.platform}-${machines[process.arch]}`);
    const unpacked = join(work, 'python');
    await unpack(data, unpacked);
    await rm(target, { recursive: true, force: true });
    await rename(unpacked, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function unpack(data: string, target: string): Promise<void> {
  const { files } = filesSchema.parse(JSON.parse(await readFile(join(data, 'files.json'), 'utf8')));
  for (const { name, perm, symlink: link, compressed } of files) {
    const path = join(target, name);
    if (perm >= isFolder) await mkdir(path, { recursive: true });
    else await mkdir(dirname(path), { recursive: true });
    if (link !== undefined) await symlink(link, path);
    else if (perm < isFolder) {
      const bytes = await readFile(join(data, compressed ? `${name}.gz` : name));
      await writeFile(path, compressed ? gunzipSync(bytes) : bytes, { mode: (perm & 0o100) === 0 ? 0o644 : 0o755 });
    }
  }
  await writeFile(join(target, 'complete'), '');
}
