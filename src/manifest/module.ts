// What a module's names are worth after its top-level statements ran in order: straight-line assignments are followed, anything that
// could go either way (if, try, loops, unpacking, changes in place) makes the name unresolved. Nothing is run.
import type { Node } from 'web-tree-sitter';
import { classValue } from './schemas.ts';
import { moduleStatements } from './statements.ts';
import { boundBy, importedBy, nameOf, partsOf, rootNameOf, spanOf } from './syntax.ts';
import { type Budget, fieldCharactersMax } from './to-json.ts';
import { evaluate, type Names, unresolved, type Value } from './values.ts';

interface ModuleState {
  names: Map<string, Value>;
  /** What all models of the module together may put into schemas by way of names. */
  budget: Budget;
}

const mutatingMethods: ReadonlySet<string> = new Set(
  'append extend insert remove pop popitem clear sort reverse update setdefault'.split(' '),
);

export function moduleNames(module: Node): Names {
  const run: ModuleState = { names: new Map(), budget: { left: fieldCharactersMax } };
  for (const { node, conditional } of moduleStatements(module)) applyStatement(node, conditional, run);
  return run.names;
}

function applyStatement(statement: Node, conditional: boolean, run: ModuleState): void {
  switch (statement.type) {
    case 'expression_statement':
      for (const expression of partsOf(statement)) applyExpression(expression, conditional, run);
      break;
    case 'import_statement':
    case 'import_from_statement':
      for (const name of importedBy(statement)) run.names.set(name, unresolved(spanOf(statement), 'imported', name));
      break;
    case 'class_definition':
      define(statement, run, conditional ? undefined : classValue(statement, run.names, run.budget));
      break;
    case 'function_definition':
      define(statement, run, undefined);
      break;
    case 'decorated_definition': {
      const definition = statement.childForFieldName('definition');
      if (definition) define(definition, run, undefined);
      break;
    }
    case 'for_statement':
      markUnresolved(statement.childForFieldName('left'), 'the variable of a loop', run);
      break;
    case 'delete_statement':
      for (const target of partsOf(statement)) applyDelete(target, conditional, run);
  }
}

function define(definition: Node, run: ModuleState, value: Value | undefined): void {
  const nameNode = definition.childForFieldName('name');
  if (!nameNode) return;
  const name = nameOf(nameNode);
  const what = definition.type === 'class_definition' ? 'a class' : 'a function';
  run.names.set(name, value ?? unresolved(spanOf(nameNode), what, name));
}

function applyExpression(expression: Node, conditional: boolean, run: ModuleState): void {
  if (expression.type === 'assignment') assign(expression, conditional, run);
  else if (expression.type === 'augmented_assignment') augment(expression, run);
  else if (expression.type === 'call') callMutator(expression, run);
}

/** `a = b = value` is an assignment whose right side is one. */
function assign(assignment: Node, conditional: boolean, run: ModuleState): void {
  const targets: Node[] = [];
  let right: Node | null = assignment;
  for (; right?.type === 'assignment'; right = right.childForFieldName('right')) {
    const left = right.childForFieldName('left');
    if (left) targets.push(left);
  }
  if (!right) return;
  const at = spanOf(assignment);
  const value = conditional
    ? unresolved(at, `assigned under a condition (line ${at.line})`)
    : evaluate(right, run.names);
  for (const target of targets) {
    if (target.type === 'identifier') run.names.set(nameOf(target), value);
    else if (target.type === 'subscript') assignElement(target, value, run);
    else markUnresolved(target, 'unpacked from another value', run);
  }
}

/** `metadata["version"] = "1.0.0"`. */
function assignElement(target: Node, value: Value, run: ModuleState): void {
  const containerNode = target.childForFieldName('value');
  const keyNode = target.childForFieldName('subscript');
  const container = containerNode && evaluate(containerNode, run.names);
  const key = keyNode && evaluate(keyNode, run.names);
  if (container?.kind === 'dict' && key?.kind === 'string') container.entries.set(key.value, { keyAt: key.at, value });
  else markMutated(target, 'an assignment to one of its elements', run);
}

function augment(assignment: Node, run: ModuleState): void {
  const left = assignment.childForFieldName('left');
  if (!left) return;
  markMutated(left, 'an augmented assignment', run);
  markUnresolved(left, `changed by an augmented assignment (line ${spanOf(left).line})`, run);
}

function callMutator(call: Node, run: ModuleState): void {
  const callee = call.childForFieldName('function');
  const method = callee?.type === 'attribute' ? callee.childForFieldName('attribute') : null;
  if (callee && method && mutatingMethods.has(nameOf(method))) markMutated(callee, `.${nameOf(method)}()`, run);
}

function applyDelete(target: Node, conditional: boolean, run: ModuleState): void {
  if (target.type === 'subscript') markMutated(target, '`del`', run);
  for (const name of boundBy(target)) {
    if (conditional) run.names.set(name, unresolved(spanOf(target), 'deleted under a condition'));
    else run.names.delete(name);
  }
}

function markUnresolved(target: Node | null, why: string, run: ModuleState): void {
  for (const name of target ? boundBy(target) : []) {
    if (target) run.names.set(name, unresolved(spanOf(target), why));
  }
}

/** A list or dict that is changed by code is not what its literal says; every name that holds it is affected. */
function markMutated(at: Node, how: string, run: ModuleState): void {
  const root = rootNameOf(at);
  const value = root === undefined ? undefined : run.names.get(root);
  if (value?.kind === 'list' || value?.kind === 'dict')
    value.mutation ??= `changed by ${how} (line ${spanOf(at).line})`;
}
