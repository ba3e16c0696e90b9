// Lists the shared libraries that Python and compiled packages need, on machines without a folder that holds only libraries.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { programOutput } from './program-on-path.ts';

const machineNames: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Debian's folder for shared libraries. Elsewhere they are in /usr/lib or /usr/lib64, which also hold compilers and interpreters. */
export const libraryFolder = `/usr/lib/${machineNames[process.arch]}-linux-gnu`;

/** Loads every standard-library module, and the libraries that compiled packages may expect on any Linux (the `manylinux` policies). */
const listScript = `import ctypes, importlib, json, os, re, sysconfig
folder = os.path.join(sysconfig.get_path("platstdlib"), "lib-dynload")
for file in os.listdir(folder) if os.path.isdir(folder) else []:
    name = file.partition(".")[0]
    if re.match("_test|_ctypes_test|_tkinter|xx", name):
        continue
    try:
        importlib.import_module(name)
    except ImportError:
        pass
for name in '''stdc++.so.6 gcc_s.so.1 gomp.so.1 atomic.so.1 z.so.1 m.so.6 dl.so.2 pthread.so.0 rt.so.1 util.so.1 resolv.so.2
        crypt.so.1 expat.so.1 GL.so.1 X11.so.6 Xext.so.6 Xrender.so.1 ICE.so.6 SM.so.6 glib-2.0.so.0 gobject-2.0.so.0
        gthread-2.0.so.0'''.split():
    try:
        ctypes.CDLL("lib" + name)
    except OSError:
        pass
mapped = [line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if ".so" in line]
files = {path for path in mapped if os.path.isfile(path)}
folders = {os.path.realpath(path) for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64") if os.path.isdir(path)}
for folder in folders | {os.path.dirname(path) for path in files}:
    files |= {entry.path for entry in os.scandir(folder) if entry.is_symlink() and os.path.realpath(entry.path) in files}
print(json.dumps(sorted(files)))`;

/** Returns the libraries and their links, or undefined if `libraryFolder` has them. */
export async function findLibraries(executable: string): Promise<string[] | undefined> {
  return process.platform !== 'linux' || existsSync(libraryFolder) ? undefined : listLibraries(executable);
}

export async function listLibraries(executable: string): Promise<string[]> {
  const printed = await programOutput(executable, ['-I', '-S', '-c', listScript]);
  if (printed === undefined) throw new Error(`${executable} could not list its libraries.`);
  return z.array(z.string()).parse(JSON.parse(printed));
}
