// Finds the Python that runs the host: the one that PYTHON names, or the first of the usual names that is new enough.
import { execFile } from 'node:child_process';

export interface Python {
  /** The binary itself, with symbolic links and the wrappers of version managers resolved. */
  executable: string;
  /** The folder that the standard library is installed in. */
  prefix: string;
  version: string;
}

export const pythonMinimum = [3, 11] as const;

const usualNames = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

const describeScript = `import json, os, sys
print(json.dumps({"executable": os.path.realpath(sys.executable), "prefix": sys.base_prefix,
                  "version": list(sys.version_info[:3])}))`;

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
  return wanted === undefined ? `python3 is not on PATH. ${hint}` : `PYTHON=${wanted} does not run. ${hint}`;
}

async function describePython(name: string): Promise<{ python: Python; numbers: [number, number] } | undefined> {
  const printed = await new Promise<string | undefined>((resolve) => {
    execFile(name, ['-I', '-S', '-c', describeScript], { timeout: 10_000 }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
  if (printed === undefined) return undefined;
  const { executable, prefix, version } = JSON.parse(printed);
  return { python: { executable, prefix, version: version.join('.') }, numbers: [version[0], version[1]] };
}
