// Handles the syntactic forms that create scopes: functions, lambdas, classes, type aliases, comprehensions (scan policy §3.1).
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { type Bindings, Use } from './bindings.ts';
import type { Scope } from './scopes.ts';

export function functionDefinition(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const outer = names.scopeOf(node);
  const signature = signatureScope(names, node, outer);
  const inner = names.newFunction(node, signature);
  const name = tree.childOfKind(node, Kind.identifier);
  const body = tree.lastPart(node);
  names.setUse(name, Use.other);
  names.setValue(name, { kind: 'function', node });
  // A def without decorators is bound before its body can run.
  if (names.isDirect(node)) names.bind(name, outer, tree.start(body));
  else names.bindAt(node, name);
  bindParameters(names, tree.childOfKind(node, Kind.parameters), { inner, annotations: signature });
  const returnType = tree.childOfKind(node, Kind.type);
  if (returnType !== noNode) names.setScope(returnType, signature);
  names.setScope(body, inner);
}

export function lambda(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const outer = names.scopeOf(node);
  const inner = names.newFunction(node, outer);
  bindParameters(names, tree.childOfKind(node, Kind.lambdaParameters), { inner, annotations: outer });
  names.setScope(tree.lastPart(node), inner);
}

/** Puts names into the function's scope, and annotations into the scope of the type parameters. Defaults stay in the defining scope. */
function bindParameters(names: Bindings, list: NodeIndex, scopes: { inner: Scope; annotations: Scope }): void {
  const { tree } = names;
  if (list === noNode) return;
  for (let part = tree.firstPart(list); part !== noNode; part = tree.nextPart(part)) {
    const kind = tree.kind(part);
    if (kind === Kind.typedParameter || kind === Kind.defaultParameter || kind === Kind.typedDefaultParameter) {
      names.setScope(tree.firstPart(part), scopes.inner, Use.store);
      const annotation = tree.childOfKind(part, Kind.type);
      if (annotation !== noNode) names.setScope(annotation, scopes.annotations);
      if (kind !== Kind.typedParameter)
        names.setValue(tree.firstPart(part), { kind: 'default', node: tree.lastPart(part) });
    } else {
      names.setScope(part, scopes.inner, Use.store);
    }
  }
}

/**
 * Returns the scope of a definition's type parameters, which contains its annotations and bases. If it has no type parameters, returns
 * the enclosing scope.
 */
function signatureScope(names: Bindings, definition: NodeIndex, outer: Scope): Scope {
  const typeParameters = names.tree.childOfKind(definition, Kind.typeParameter);
  if (typeParameters === noNode) return outer;
  const scope = names.newScope('annotation', outer);
  bindTypeParameters(names, typeParameters, scope);
  return scope;
}

/** Handles `[T, U: bound, *Ts]` in a def, class or type alias (PEP 695). */
function bindTypeParameters(names: Bindings, list: NodeIndex, scope: Scope): void {
  const { tree } = names;
  if (list === noNode) return;
  names.setScope(list, scope);
  for (let part = tree.firstPart(list); part !== noNode; part = tree.nextPart(part)) {
    let name = part;
    while (tree.kind(name) === Kind.type || tree.kind(name) === Kind.constrainedType) name = tree.firstPart(name);
    if (tree.kind(name) === Kind.splatType) name = tree.lastPart(name);
    if (tree.kind(name) === Kind.identifier) names.setUse(name, Use.store);
  }
}

export function classDefinition(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const outer = names.scopeOf(node);
  const signature = signatureScope(names, node, outer);
  const name = tree.childOfKind(node, Kind.identifier);
  names.setUse(name, Use.other);
  names.bindAt(node, name);
  const bases = tree.childOfKind(node, Kind.argumentList);
  if (bases !== noNode) names.setScope(bases, signature);
  names.setScope(tree.lastPart(node), names.newClass(tree.name(name), outer, signature));
}

export function typeAliasStatement(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const left = tree.childOfKind(node, Kind.type);
  const alias = names.newScope('annotation', names.scopeOf(node));
  let name = tree.firstPart(left);
  if (tree.kind(name) === Kind.genericType) {
    bindTypeParameters(names, tree.childOfKind(name, Kind.typeParameter), alias);
    name = tree.firstPart(name);
  }
  if (tree.kind(name) === Kind.identifier) {
    names.setUse(name, Use.other);
    names.bindAt(node, name);
  }
  names.setScope(tree.lastPart(node), alias);
}

/** Evaluates the first iterable in the enclosing scope, and everything else in the comprehension's own scope. */
export function comprehension(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const outer = names.scopeOf(node);
  const inner = names.newScope('comprehension', outer);
  const first = tree.childOfKind(node, Kind.forInClause);
  for (let part = tree.firstPart(node); part !== noNode; part = tree.nextPart(part)) names.setScope(part, inner);
  let iterable = tree.childOfKind(first, Kind.in);
  while (iterable !== noNode) {
    names.setScope(iterable, outer);
    iterable = tree.nextPart(iterable);
  }
}
