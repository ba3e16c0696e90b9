// Decides which entries of a folder are left out: tools' own folders, and what the ignore files name. Those are .slipwayignore if the
// folder has one, else .gitignore, up to the repository's top, with Git's meaning.
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import ignore from 'ignore';
import { includeFile, parseIncluded } from '../../contract/plugin/secret-files.ts';
import { readTextFile } from '../terminal/text-input.ts';

export type IgnoreFile = '.slipwayignore' | '.gitignore';

export const toolFolders: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.svn', 'node_modules', '__pycache__', '.venv', '.tox', '.nox'],
  ...['.mypy_cache', '.pytest_cache', '.ruff_cache', '.ipynb_checkpoints'],
]);

export class IgnoreRules {
  readonly fileName: IgnoreFile;
  readonly included: readonly string[];
  /** Without links, because the repository is where the files are. */
  readonly #folder: string;
  /** Path of the folder from the repository's top, with a `/` at its end; '' at the top. */
  #base = '';
  /** Later rules win, so a folder's file is added before the files below it. */
  #matcher = newMatcher();
  readonly #added = new Set<string>();

  /** Paths in `include`, and in the folder's own list, are never left out because of an ignore file. */
  constructor(folder: string, include: readonly string[] = []) {
    this.#folder = realpathSync(folder);
    const list = join(folder, includeFile);
    const own = hasFile(list) ? parseIncluded(readTextFile(list)) : [];
    this.included = [...new Set([...own, ...include])].sort();
    this.fileName = hasFile(join(folder, '.slipwayignore')) ? '.slipwayignore' : '.gitignore';
    if (this.fileName === '.gitignore') this.#addParents();
  }

  /** Returns why an entry is skipped. `path` is relative to the folder and separated by `/`. */
  skips(path: string, isFolder: boolean): 'tool' | 'ignored' | undefined {
    if (path === includeFile) return undefined;
    if (toolFolders.has(basename(path))) return 'tool';
    if (isFolder && existsSync(join(this.#folder, path, 'pyvenv.cfg'))) return 'tool';
    this.#addFilesAbove(path);
    if (!this.#matcher.ignores(`${this.#base}${path}${isFolder ? '/' : ''}`)) return undefined;
    const isIncluded = this.included.some((file) => file === path || (isFolder && file.startsWith(`${path}/`)));
    return isIncluded ? undefined : 'ignored';
  }

  /** A folder that is itself ignored was named on purpose, so the rules above it don't apply. */
  #addParents(): void {
    const top = repositoryTop(this.#folder);
    if (top === undefined || top === this.#folder) return;
    const parts = relative(top, this.#folder).split(sep);
    for (const [depth] of parts.entries()) this.#add(top, parts.slice(0, depth).join('/'));
    this.#base = `${parts.join('/')}/`;
    if (!this.#matcher.ignores(this.#base)) return;
    this.#base = '';
    this.#matcher = newMatcher();
  }

  #addFilesAbove(path: string): void {
    const parts = path.split('/').slice(0, -1);
    for (let depth = 0; depth <= parts.length; depth += 1) {
      const parent = parts.slice(0, depth).join('/');
      if (this.#added.has(parent)) continue;
      this.#added.add(parent);
      this.#add(this.#folder, parent);
    }
  }

  #add(root: string, folder: string): void {
    const file = join(root, folder, this.fileName);
    if (!hasFile(file)) return;
    const path = root === this.#folder ? `${this.#base}${folder}` : folder;
    const lines = readTextFile(file).split(/\r?\n/);
    this.#matcher.add(lines.map((line) => rebased(line, path.replace(/\/$/, ''))));
  }
}

/** Without a link's target, as Git reads them. */
function hasFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** The same meaning on every machine, whatever its file system. */
function newMatcher() {
  return ignore({ ignorecase: false });
}

function repositoryTop(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** Rewrites a line of the ignore file in `folder` to mean the same at the top. */
function rebased(line: string, folder: string): string {
  if (folder === '' || line.startsWith('#') || line.trim() === '') return line;
  const negation = line.startsWith('!') ? '!' : '';
  const pattern = line
    .slice(negation.length)
    .replace(/(?<!\\) +$/, '')
    .replace(/^\\(?=[!#])/, '');
  const isAnchored = pattern.slice(0, -1).includes('/');
  const place = folder.replace(/[\\*?[\]]/g, '\\$&');
  return `${negation}/${place}/${isAnchored ? '' : '**/'}${pattern.replace(/^\//, '')}`;
}
