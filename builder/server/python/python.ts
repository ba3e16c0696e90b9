// Which Python runs the host: PYTHON names it, else the first of the usual names that is new enough (design §11 D34).
import { execFile } from 'node:child_process';

export interface Python {
  /** The real binary, symbolic links and version managers' wrappers resolved. */
  executable: string;
  /** Where its standard library is installed. */
  prefix: string;
  version: string;
}

export const pythonMinimum = [3, 11] as const;

const usualNames = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

const describe = `import json, os, sys
print(json.dumps({"executable": os.path.realpath(sys.executable), "prefix": sys.base_prefix,
                  "version": list(sys.version_info[:3])}))`;

/** Or one line that says what is wrong. */
export async function findPython(wanted: string | undefined): Promise<Python | string> {
  const minimum = pythonMinimum.join('.');
  let tooOld: string | undefined;
  for (const name of wanted === undefined ? usualNames : [wanted]) {
    const found = await describePython(name);
    if (!found) continue;
    const [major, minor] = found.numbers;
    if (major > pythonMinimum[0] || (major === pythonMinimum[0] && minor >= pythonMinimum[1])) return found.python;
    tooOld ??= `${name} is Python ${found.python.version}`;
  }
  const hint = `set PYTHON to the path of a Python ${minimum} or newer`;
  if (tooOld !== undefined) return `${tooOld}, which is too old: ${hint}`;
  return wanted === undefined ? `no python3 on PATH: ${hint}` : `PYTHON=${wanted} does not run: ${hint}`;
}

async function describePython(name: string): Promise<{ python: Python; numbers: [number, number] } | undefined> {
  const printed = await new Promise<string | undefined>((resolve) => {
    execFile(name, ['-I', '-S', '-c', describe], { timeout: 10_000 }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
  if (printed === undefined) return undefined;
  const { executable, prefix, version } = JSON.parse(printed);
  return { python: { executable, prefix, version: version.join('.') }, numbers: [version[0], version[1]] };
}
