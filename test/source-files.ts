// Reads the project's TypeScript files for imports.test.ts and architecture.test.ts: each file's part and imports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(import.meta.resolve('..'));

/** Parsed when a test first needs it, because parsing all project files takes seconds. */
export class SourceFile {
  readonly path: string;
  readonly part: string;
  readonly text: string;
  readonly lines: number;
  #source: ts.SourceFile | undefined;
  #specifiers: string[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.part = partOf(path);
    this.lines = text.split('\n').length - 1;
    this.text = text;
  }

  get source(): ts.SourceFile {
    this.#source ??= ts.createSourceFile(this.path, this.text, ts.ScriptTarget.ESNext, true);
    return this.#source;
  }

  /** Specifiers that the file imports, re-exports or loads, as written. */
  get specifiers(): string[] {
    this.#specifiers ??= ts.preProcessFile(this.text, true, true).importedFiles.map(({ fileName }) => fileName);
    return this.#specifiers;
  }
}

export function filesUnder(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => slashed(relative(root, join(entry.parentPath, entry.name))))
    .map((path) => new SourceFile(path, readFileSync(join(root, path), 'utf8')));
}

/** `src/events/outbox.ts` belongs to events, `src/worker.ts` to worker, and `builder/server/http/app.ts` to builder. */
export function partOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.ts$/, '') : top;
}

/** Returns the project files that a file imports. */
export function importsOf({ path, specifiers }: Pick<SourceFile, 'path' | 'specifiers'>): string[] {
  return specifiers
    .filter((specifier) => specifier.startsWith('.') && !specifier.endsWith('.wasm'))
    .map((specifier) => slashed(normalize(join(dirname(path), specifier))));
}

/** Returns the project files that a file loads when it runs, without those it imports only types from. */
export function valueImportsOf({ path, source, specifiers }: SourceFile): string[] {
  const declarations = source.statements.filter((node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node));
  const [types, values] = [declarations.filter(isTypeOnly), declarations.filter((node) => !isTypeOnly(node))].map(
    (nodes) => new Set(nodes.map(({ moduleSpecifier: from }) => from && ts.isStringLiteral(from) && from.text)),
  );
  return importsOf({ path, specifiers: specifiers.filter((name) => values?.has(name) || !types?.has(name)) });
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const { name, namedBindings: named, phaseModifier } = node.importClause ?? {};
  if (phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  return !name && !!named && ts.isNamedImports(named) && named.elements.every((one) => one.isTypeOnly);
}

export function exists(path: string): boolean {
  return existsSync(join(root, path));
}

export function linesOf(path: string): string[] {
  return readFileSync(join(root, path), 'utf8').split('\n');
}

/** Returns the identifiers that are neither imported names nor properties: globals, and the file's own declarations. */
export function freeNames({ source }: SourceFile): { name: string; line: number }[] {
  const found: { name: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isFree(node)) {
      found.push({ name: node.text, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Returns the nodes in the file that `isWanted` accepts, as `path:line`. */
export function placesOf({ path, source }: SourceFile, isWanted: (node: ts.Node) => boolean): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isWanted(node)) found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Returns the names of exported constants that are or contain a literal number. Skips those that are derived from other constants. */
export function exportedNumbers({ source }: SourceFile): string[] {
  return source.statements
    .filter(ts.isVariableStatement)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter(({ initializer }) => initializer && isNumber(initializer))
    .flatMap(({ name, initializer }) => [
      name.getText(),
      ...numberFields(initializer).map((field) => `${name.getText()}.${field}`),
    ]);
}

function numberFields(node: ts.Expression | undefined): string[] {
  if (node && (ts.isAsExpression(node) || ts.isSatisfiesExpression(node))) return numberFields(node.expression);
  if (!node || !ts.isObjectLiteralExpression(node)) return [];
  const fields = node.properties.filter((property) => ts.isPropertyAssignment(property));
  return fields.filter(({ initializer }) => isNumber(initializer)).map(({ name }) => name.getText());
}

function isNumber(node: ts.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return isNumber(node.expression);
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isBinaryExpression(node))
    return [node.left, node.right].every((side) => ts.isIdentifier(side) || isNumber(side));
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.some((property) => ts.isPropertyAssignment(property) && isNumber(property.initializer));
}

function isFree(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) {
    return (ts.isPropertyAccessExpression(parent) ? parent.expression : parent.left) === node;
  }
  return !('name' in parent && parent.name === node);
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

export function functionsOf(source: ts.SourceFile): ts.SignatureDeclaration[] {
  const found: ts.SignatureDeclaration[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function nameOf(source: ts.SourceFile, node: ts.SignatureDeclaration): string {
  const name = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
  return name?.getText(source) ?? `line ${lineAt(source, node.getStart(source))}`;
}

export function linesIn(source: ts.SourceFile, node: ts.Node): number {
  return lineAt(source, node.end) - lineAt(source, node.getStart(source)) + 1;
}

function lineAt(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}
