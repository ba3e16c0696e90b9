// Evaluates a module's names statically, in the order of its top-level statements. Follows straight-line assignments. Control flow (if,
// try, loops), unpacking or mutation makes a name unresolved. Runs no code.
import type { Node } from 'web-tree-sitter';
import { classValue } from '../schemas/classes.ts';
import { typeExpression } from '../schemas/type-expressions.ts';
import { moduleStatements } from './statements.ts';
import { boundBy, dottedName, importsOf, nameParts, nodeSpan, rootName } from './syntax.ts';
import type { Names, Value } from './value.ts';
import { evaluate, unresolved } from './values.ts';

interface ModuleState {
  names: Map<string, Value>;
}

const mutatingMethods: ReadonlySet<string> = new Set(
  'append extend insert remove pop popitem clear sort reverse update setdefault'.split(' '),
);

/** Expressions that can be types. */
const typeNodes: ReadonlySet<string> = new Set(['identifier', 'attribute', 'subscript', 'binary_operator', 'call']);

export function moduleNames(module: Node): Names {
  const state: ModuleState = { names: new Map() };
  for (const { node, conditional } of moduleStatements(module)) applyStatement(node, conditional, state);
  return state.names;
}

function applyStatement(statement: Node, conditional: boolean, state: ModuleState): void {
  switch (statement.type) {
    case 'expression_statement':
      for (const expression of nameParts(statement)) applyExpression(expression, conditional, state);
      break;
    case 'import_statement':
    case 'import_from_statement':
      for (const [name, origin] of importsOf(statement))
        state.names.set(name, { ...unresolved(nodeSpan(statement), 'imported', name), origin });
      break;
    case 'class_definition':
      define(statement, state, conditional ? undefined : classValue(statement, [], state.names));
      break;
    case 'function_definition':
      define(statement, state, undefined);
      break;
    case 'decorated_definition': {
      const definition = statement.childForFieldName('definition');
      if (definition) define(definition, state, conditional ? undefined : decoratedClass(statement, definition, state));
      break;
    }
    case 'type_alias_statement':
      if (!conditional) nameType(statement, state);
      break;
    case 'for_statement':
      markUnresolved(statement.childForFieldName('left'), 'a loop variable', state);
      break;
    case 'delete_statement':
      for (const target of nameParts(statement)) applyDelete(target, conditional, state);
  }
}

function decoratedClass(decorated: Node, definition: Node, { names }: ModuleState): Value | undefined {
  const decorators = nameParts(decorated).filter(({ type }) => type === 'decorator');
  return definition.type === 'class_definition' ? classValue(definition, decorators, names) : undefined;
}

/** `type Scores = list[float]`. One with parameters has no single meaning. */
function nameType(statement: Node, { names }: ModuleState): void {
  const [left, right] = [statement.childForFieldName('left'), statement.childForFieldName('right')];
  const [name] = left ? nameParts(left) : [];
  if (name?.type !== 'identifier' || !right) return;
  names.set(dottedName(name), { ...unresolved(nodeSpan(name), 'a type'), type: typeExpression(right, names) });
}

function define(definition: Node, state: ModuleState, value: Value | undefined): void {
  const nameNode = definition.childForFieldName('name');
  if (!nameNode) return;
  const name = dottedName(nameNode);
  const noun = definition.type === 'class_definition' ? 'a class' : 'a function';
  state.names.set(name, value ?? unresolved(nodeSpan(nameNode), noun, name));
}

function applyExpression(expression: Node, conditional: boolean, state: ModuleState): void {
  if (expression.type === 'assignment') assign(expression, conditional, state);
  else if (expression.type === 'augmented_assignment') augment(expression, state);
  else if (expression.type === 'call') callMutator(expression, state);
}

/** In `a = b = value`, the right side of the first assignment is itself an assignment. */
function assign(assignment: Node, conditional: boolean, state: ModuleState): void {
  const targets: Node[] = [];
  let right: Node | null = assignment;
  for (; right?.type === 'assignment'; right = right.childForFieldName('right')) {
    const left = right.childForFieldName('left');
    if (left) targets.push(left);
  }
  if (!right) return;
  const at = nodeSpan(assignment);
  const value = conditional
    ? unresolved(at, `assigned under a condition (line ${at.line})`)
    : withType(evaluate(right, state.names), right, state);
  for (const target of targets) {
    if (target.type === 'identifier') state.names.set(dottedName(target), value);
    else if (target.type === 'subscript') assignElement(target, value, state);
    else markUnresolved(target, 'unpacked from another value', state);
  }
}

/** Keeps what an unresolved value is as a type, for annotations that name it. */
function withType(value: Value, right: Node, { names }: ModuleState): Value {
  if (value.kind !== 'unresolved' || !typeNodes.has(right.type)) return value;
  return { ...value, type: typeExpression(right, names) };
}

/** `metadata["version"] = "1.0.0"`. */
function assignElement(target: Node, value: Value, state: ModuleState): void {
  const containerNode = target.childForFieldName('value');
  const keyNode = target.childForFieldName('subscript');
  const container = containerNode && evaluate(containerNode, state.names);
  const key = keyNode && evaluate(keyNode, state.names);
  if (container?.kind === 'dict' && key?.kind === 'string') container.entries.set(key.value, { keyAt: key.at, value });
  else markMutated(target, 'an assignment to an element', state);
}

function augment(assignment: Node, state: ModuleState): void {
  const left = assignment.childForFieldName('left');
  if (!left) return;
  markMutated(left, 'an augmented assignment', state);
  markUnresolved(left, `changed by an augmented assignment (line ${nodeSpan(left).line})`, state);
}

function callMutator(call: Node, state: ModuleState): void {
  const callee = call.childForFieldName('function');
  const method = callee?.type === 'attribute' ? callee.childForFieldName('attribute') : null;
  if (callee && method && mutatingMethods.has(dottedName(method)))
    markMutated(callee, `.${dottedName(method)}()`, state);
}

function applyDelete(target: Node, conditional: boolean, state: ModuleState): void {
  if (target.type === 'subscript') markMutated(target, '`del`', state);
  for (const name of boundBy(target)) {
    if (conditional) state.names.set(name, unresolved(nodeSpan(target), 'deleted under a condition'));
    else state.names.delete(name);
  }
}

function markUnresolved(target: Node | null, reason: string, state: ModuleState): void {
  for (const name of target ? boundBy(target) : []) {
    if (target) state.names.set(name, unresolved(nodeSpan(target), reason));
  }
}

/** Marks a list or dict as mutated. Its literal value no longer holds for any name that refers to it. */
function markMutated(at: Node, how: string, state: ModuleState): void {
  const root = rootName(at);
  const value = root === undefined ? undefined : state.names.get(root);
  if (value?.kind === 'list' || value?.kind === 'dict')
    value.mutation ??= `changed by ${how} (line ${nodeSpan(at).line})`;
}
