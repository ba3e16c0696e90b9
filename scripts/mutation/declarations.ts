// Finds functions, methods, classes and constants by their names, in whichever file they are, and tests by the end of their path.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { projectFiles } from '../testing/project-files.ts';

export interface Declaration {
  file: string;
  /** `holdsLease`, `Instances.#start`. */
  name: string;
  /** The text of the file, of which the declaration is from `start` to `end`. */
  text: string;
  start: number;
  end: number;
}

const isSource = /^(?:src|builder|scripts)\/.+\.(?:ts|tsx|py)$/;
const isTest = /\.test\.ts$|(?:^|\/)test_\w+\.py$/;
const isExcluded = /\.d\.ts$|\/tests\/|^src\/client\/api\.gen/;

export class Declarations {
  readonly #byName: Map<string, Declaration[]>;
  readonly #tests: readonly string[];

  private constructor(declarations: readonly Declaration[], tests: readonly string[]) {
    this.#byName = Map.groupBy(declarations, ({ name }) => name);
    this.#tests = tests;
  }

  static async read(root: string): Promise<Declarations> {
    const paths = await projectFiles(['src', 'builder', 'scripts', 'test'], root);
    const sources = paths.filter((path) => isSource.test(path) && !isExcluded.test(path));
    const texts = await Promise.all(sources.map((path) => readFile(join(root, path), 'utf8')));
    const declarations = sources.flatMap((path, at) => declarationsOf(path, texts[at] ?? ''));
    return new Declarations(
      declarations,
      paths.filter((path) => isTest.test(path)),
    );
  }

  /** `claim.ts#failed` is the one in that file. */
  named(key: string): Declaration[] {
    const [, file, name = key] = /^([\w./-]+\.(?:tsx?|py))#(.+)$/.exec(key) ?? [];
    const found = this.#byName.get(name) ?? [];
    return file === undefined ? found : found.filter((place) => `/${place.file}`.endsWith(`/${file}`));
  }

  /** The files of a folder. */
  filesUnder(folder: string): Declaration[] {
    const wanted = `${folder.replace(/\/$/, '')}/`;
    const all = [...this.#byName.values()].flat();
    return all.filter(({ file, name }) => file.startsWith(wanted) && name === basename(file));
  }

  /** The test file at the path, or the one of its name that has moved least. */
  testAt(path: string): string | undefined {
    const named = this.#tests.filter((test) => basename(test) === basename(path));
    const shared = named.map((test) => sharedFolders(test, path));
    const most = Math.max(...shared);
    const [nearest, ...others] = named.filter((_, at) => shared[at] === most);
    return others.length === 0 ? nearest : undefined;
  }
}

function sharedFolders(a: string, b: string): number {
  const others = b.split('/');
  const different = a.split('/').findIndex((part, at) => part !== others[at]);
  return different < 0 ? others.length : different;
}

/** The file itself, under its name, and what it declares. */
export function declarationsOf(file: string, text: string): Declaration[] {
  const whole = { file, name: basename(file), text, start: 0, end: text.length };
  return [whole, ...(file.endsWith('.py') ? inPython(file, text) : inTypeScript(file, text))];
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

/** Functions and classes end before the next line that is indented less. */
function inPython(file: string, text: string): Declaration[] {
  const heads = [...text.matchAll(/^([ \t]*)(?:async def|def|class) (\w+)|^()([A-Z_]\w*)\b[^=\n]* = /gm)];
  return heads.map((head) => {
    const [, indent = '', name, , constant = ''] = head;
    const start = head.index + indent.length;
    const rest = text.slice(start);
    const after = rest.search(new RegExp(`\\n(?=[ \\t]{0,${indent.length}}[^\\s)\\]}#])`));
    const owner = indent === '' ? undefined : ownerOf(text.slice(0, head.index), indent.length);
    const path = owner === undefined ? (name ?? constant) : `${owner}.${name}`;
    return { file, name: path, text, start, end: after < 0 ? text.length : start + after };
  });
}

function ownerOf(before: string, indent: number): string | undefined {
  const outer = [...before.matchAll(/^([ \t]*)(?:async def|def|class) (\w+)/gm)].filter(
    ([, own = '']) => own.length < indent,
  );
  return outer.at(-1)?.[2];
}
