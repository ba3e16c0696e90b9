// Checks a Python plugin's file names: compiled code, nested archives, pickles, code that isn't scanned, and missing required files
// (scan policy §8: SLP707, 708, 709, 711, 712, 713). Paths exclude the top folder.
import type { Finding } from '../../contract/findings/finding.ts';
import { findingAt, type Note } from './note.ts';

export const compiled = ['.so', '.pyd', '.dll', '.dylib', '.pyc', '.pyo', '.exe'];
export const nested = ['.zip', '.whl', '.egg', '.jar', '.tar', '.gz', '.bz2', '.xz', '.7z'];
const pickled = ['.pkl', '.pickle', '.pt', '.joblib', '.npy', '.npz', '.dill'];
const unscanned = ['.ipynb', '.pyx', '.sh', '.bat', '.js'];
const siteHooks = ['sitecustomize.py', 'usercustomize.py'];
const required = ['manifest.py', 'pipeline.py'];
const python = ['.py', '.pyw', '.pyi'];

const cacheHint = 'exclude `__pycache__` folders, for example with `zip -x "*/__pycache__/*"`';
const setupHint = 'it is never run; list dependencies in manifest.py';

export function extensionIn(path: string, extensions: readonly string[]): boolean {
  const name = baseName(path);
  return extensions.some((extension) => name.endsWith(extension));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

export function isPythonName(path: string): boolean {
  return extensionIn(path, python);
}

export function isRequirementsName(path: string): boolean {
  const name = baseName(path);
  return name === 'pyproject.toml' || (name.startsWith('requirements') && name.endsWith('.txt'));
}

/** `folders` are the archive's explicit folder entries. */
export function pythonNameFindings(files: readonly string[], folders: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const caches = new Set<string>();
  for (const path of [...files, ...folders.map((folder) => `${folder}/`)]) {
    const cache = /^(?:.*?\/)?__pycache__(?=\/)/i.exec(path)?.[0];
    if (cache !== undefined) caches.add(cache);
  }
  for (const cache of caches) findings.push(findingAt(cache, { ruleId: 'SLP707', reason: cacheHint }));
  for (const path of files) findings.push(...nameNotes(path).map((note) => findingAt(path, note)));
  for (const path of required) {
    if (!files.includes(path)) findings.push(findingAt(path, { ruleId: 'SLP709', ...elsewhere(path, files) }));
  }
  return findings;
}

/** Suggests why a file is missing: the archive contains the folder's parent, or the name differs in case. */
function elsewhere(path: string, files: readonly string[]): Pick<Note, 'reason'> {
  const [found] = files.filter((file) => baseName(file) === path).sort((one, other) => one.length - other.length);
  if (found === undefined) return {};
  const fix = found.includes('/') ? "pack that folder's contents instead" : 'rename it';
  return { reason: `the archive has ${found}; ${fix}` };
}

function nameNotes(path: string): Note[] {
  const notes: Note[] = [];
  if (extensionIn(path, compiled)) notes.push({ ruleId: 'SLP707' });
  if (extensionIn(path, nested)) notes.push({ ruleId: 'SLP708' });
  if (extensionIn(path, pickled)) notes.push({ ruleId: 'SLP711' });
  if (baseName(path) === 'setup.py') notes.push({ ruleId: 'SLP712', reason: setupHint });
  if (siteHooks.includes(baseName(path))) notes.push({ ruleId: 'SLP713' });
  if (extensionIn(path, unscanned)) notes.push({ ruleId: 'SLP713', severity: 'warning' });
  return notes;
}
