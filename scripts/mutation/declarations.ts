// Finds TypeScript functions, methods, classes and constants by name, in any file.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { projectFiles } from '../testing/project-files.ts';

export interface Declaration {
  file: string;
  /** For example `holdsLease` or `Instances.#start`. */
  name: string;
  /** The file's text. The declaration is from `start` to `end`. */
  text: string;
  start: number;
  end: number;
}

const isSource = /^(?:src|builder|scripts)\/.+\.tsx?$/;
const isExcluded = /\.d\.ts$/;

export class Declarations {
  readonly #byName: Map<string, Declaration[]>;

  private constructor(declarations: readonly Declaration[]) {
    this.#byName = Map.groupBy(declarations, ({ name }) => name);
  }

  static async read(root: string): Promise<Declarations> {
    const paths = await projectFiles(['src', 'builder', 'scripts'], root);
    const sources = paths.filter((path) => isSource.test(path) && !isExcluded.test(path));
    const texts = await Promise.all(sources.map((path) => readFile(join(root, path), 'utf8')));
    const declarations = sources.flatMap((path, at) => declarationsIn(path, texts[at] ?? ''));
    return new Declarations(declarations);
  }

  /** Returns the declarations with this name. `claim.ts#failed` means the declaration in that file. */
  named(key: string): Declaration[] {
    const [, file, name = key] = /^([\w./-]+\.tsx?)#(.+)$/.exec(key) ?? [];
    const found = this.#byName.get(name) ?? [];
    return file === undefined ? found : found.filter((place) => `/${place.file}`.endsWith(`/${file}`));
  }

  /** Returns the files in a folder, or the file at the path. */
  filesUnder(folder: string): Declaration[] {
    const path = folder.replace(/\/$/, '');
    const all = [...this.#byName.values()].flat();
    return all.filter(({ file, name }) => name === basename(file) && (file === path || file.startsWith(`${path}/`)));
  }
}

/** Returns the file itself, under its own name, and its declarations. */
function declarationsIn(file: string, text: string): Declaration[] {
  const whole = { file, name: basename(file), text, start: 0, end: text.length };
  return [whole, ...inTypeScript(file, text)];
}

function inTypeScript(file: string, text: string): Declaration[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const found: Declaration[] = [];
  const visit = (node: ts.Node, owner: string): void => {
    const name = nameOf(node);
    if (name === undefined) {
      ts.forEachChild(node, (child) => visit(child, owner));
      return;
    }
    const path = owner === '' ? name : `${owner}.${name}`;
    found.push({ file, name: path, text, start: node.getStart(), end: node.end });
    if (ts.isClassDeclaration(node)) for (const member of node.members) visit(member, path);
  };
  ts.forEachChild(source, (node) => visit(node, ''));
  return found;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isClassElement(node) ||
    ts.isVariableDeclaration(node);
  const name = isNamed ? node.name : undefined;
  return name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) ? name.text : undefined;
}
