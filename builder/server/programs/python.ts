// Finds the Python that runs the host: the one in PYTHON, or the first common name that is new enough.
import { z } from 'zod';
import type { EnvironmentTarget } from '../../../src/contract/builder/packages.ts';
import { findLibraries } from './libraries.ts';
import { programOutput } from './program-on-path.ts';

export interface Python {
  /** The binary itself, after resolving symbolic links and version managers' wrappers. */
  executable: string;
  /** The files that a process needs to run it: the executable, its standard library and its shared library. */
  files: string[];
  /** The shared libraries that Python and compiled packages need. Undefined if the machine has a folder for these alone. */
  libraries?: string[] | undefined;
  /** Folders of installed packages. */
  packages: string[];
  version: string;
  /** The target that an environment's packages must support. */
  target: EnvironmentTarget;
}

export const pythonMinimum = [3, 11] as const;

const usualNames = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

/** Reports the loaded shared library, because a Python that was moved doesn't know its own location. */
const describeScript = `import json, os, site, sys, sysconfig
executable = os.path.realpath(sys.executable)
paths, names = sysconfig.get_paths(), sysconfig.get_config_vars("LIBDIR", "INSTSONAME")
library = os.path.join(names[0] or "", names[1] or "")
if os.path.exists("/proc/self/maps"):
    mapped = [line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if "/libpython" in line]
    library = mapped[0] if mapped else library
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
except (AttributeError, OSError, ValueError):
    libc = ""
files = [executable, paths["stdlib"], paths["platstdlib"], *([library] if ".so" in library else [])]
print(json.dumps({"executable": executable, "files": sorted({path for path in files if os.path.exists(path)}),
                  "packages": [path for path in site.getsitepackages() if os.path.isdir(path)],
                  "version": list(sys.version_info[:3]), "abi": getattr(sys, "abiflags", ""),
                  "machine": os.uname().machine, "libc": libc}))`;

const descriptionSchema = z.object({
  executable: z.string(),
  files: z.array(z.string()),
  packages: z.array(z.string()),
  version: z.tuple([z.int(), z.int(), z.int()]),
  abi: z.string(),
  machine: z.string(),
  libc: z.string(),
});

/** `variable` is the value of PYTHON. Returns the Python, or one line with the error and its fix. */
export async function findPython(variable: string | undefined): Promise<Python | string> {
  const wanted = variable || undefined;
  const minimum = pythonMinimum.join('.');
  let tooOld: string | undefined;
  for (const name of wanted === undefined ? usualNames : [wanted]) {
    const found = await describePython(name);
    if (!found) continue;
    const [major, minor] = found.numbers;
    if (major > pythonMinimum[0] || (major === pythonMinimum[0] && minor >= pythonMinimum[1])) return found.python;
    tooOld ??= `${name} is Python ${found.python.version}`;
  }
  const hint = `Set PYTHON to the path of Python ${minimum} or newer.`;
  if (tooOld !== undefined) return `${tooOld}, which is too old. ${hint}`;
  return wanted === undefined
    ? `python3 is not on PATH. Install Python ${minimum} or newer, or set PYTHON to its path.`
    : `PYTHON=${wanted} does not run. ${hint}`;
}

async function describePython(name: string): Promise<{ python: Python; numbers: [number, number] } | undefined> {
  const printed = await programOutput(name, ['-I', '-S', '-c', describeScript]);
  if (printed === undefined) return undefined;
  const { version, abi, machine, libc, ...python } = descriptionSchema.parse(JSON.parse(printed));
  const [major, minor] = version;
  const target = { python: `${major}.${minor}${abi.includes('t') ? 't' : ''}`, platform: platformOf(machine, libc) };
  const libraries = await findLibraries(python.executable);
  return { python: { ...python, libraries, version: version.join('.'), target }, numbers: [major, minor] };
}

/** Returns the platform's name as used in wheels. `libc` is empty if it isn't glibc. */
function platformOf(machine: string, libc: string): string {
  if (process.platform === 'darwin') return `${machine === 'arm64' ? 'aarch64' : machine}-apple-darwin`;
  const [, major, minor] = /^glibc (\d+)\.(\d+)/.exec(libc) ?? [];
  return major === undefined ? `${machine}-unknown-linux-musl` : `${machine}-manylinux_${major}_${minor}`;
}
