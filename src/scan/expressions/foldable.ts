// Describes foldable expressions: which operands to fold first, and how to combine them (scan policy §5.3).
import {
  type Constant,
  type Foldable,
  isString,
  iterateConstant,
  mapping,
  sequence,
  stringLike,
} from '../constants/constant.ts';
import { formatString } from '../constants/format-strings.ts';
import { integerLiteral, stringLiteral } from '../constants/literals.ts';
import { callFunction, callMethod, characters, isFoldableFunction, isFoldableMethod } from '../constants/methods.ts';
import { binaryOperation, itemAt, negate, slice } from '../constants/operators.ts';
import type { Bindings } from '../names/bindings.ts';
import { callArguments } from '../names/calls.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { References } from './references.ts';

type Form = (node: NodeIndex, names: Bindings, references: References) => Foldable | undefined;

export function expressionAt(node: NodeIndex, names: Bindings, references: References): Foldable | undefined {
  return forms[names.tree.kind(node)]?.(node, names, references);
}

function constant(value: Constant | undefined): Foldable {
  return { operands: [], combine: () => value };
}

/** Folds to the value of one operand. */
function sameAs(part: NodeIndex): Foldable {
  return { operands: [part], combine: ([value]) => value };
}

function string(node: NodeIndex, { tree }: Bindings): Foldable | undefined {
  const plain = stringLiteral(tree.source(node));
  if (plain) return constant(plain);
  const opening = tree.source(tree.firstChild(node));
  return /f/i.test(opening) ? formatString(tree, node, /r/i.test(opening)) : undefined;
}

function concatenated(node: NodeIndex, { tree }: Bindings): Foldable {
  return { operands: tree.items(node).filter((item) => tree.kind(item) === Kind.string), combine: concatenate };
}

function concatenate(values: readonly Constant[]): Constant | undefined {
  const [first] = values;
  if (!first || !values.every((value) => isString(value) && value.kind === first.kind)) return undefined;
  return stringLike(first, values.map((value) => (isString(value) ? value.value : '')).join(''));
}

function integer(node: NodeIndex, { tree }: Bindings): Foldable {
  return constant(integerLiteral(tree.source(node)));
}

/** Folds a name to an expression if its variable has a single binding. */
function identifier(node: NodeIndex, names: Bindings): Foldable | undefined {
  const [variable] = names.variablesRead(node);
  const [binding, another] = variable?.bindings ?? [];
  if (!binding || another || binding.value?.kind !== 'expression') return undefined;
  return sameAs(binding.value.node);
}

function parenthesized(node: NodeIndex, { tree }: Bindings): Foldable {
  return sameAs(tree.nextPart(tree.firstPart(node)));
}

function namedExpression(node: NodeIndex, { tree }: Bindings): Foldable {
  return sameAs(tree.lastPart(node));
}

function elements(node: NodeIndex, { tree }: Bindings): Foldable | undefined {
  const operands = tree.items(node);
  return operands.some((item) => tree.kind(item) === Kind.listSplat) ? undefined : { operands, combine: sequence };
}

function dictionary(node: NodeIndex, { tree }: Bindings): Foldable | undefined {
  const pairs = tree.items(node).filter((item) => tree.kind(item) === Kind.pair);
  if (tree.childOfKind(node, Kind.dictionarySplat) !== noNode) return undefined;
  return {
    operands: [...pairs.map((pair) => tree.firstPart(pair)), ...pairs.map((pair) => tree.lastPart(pair))],
    combine: (values) => mapping(values.slice(0, pairs.length), values.slice(pairs.length)),
  };
}

/** Folds `x for x in …` and `chr(x) for x in …` without conditions, which obfuscated code uses to spell text. */
function comprehension(node: NodeIndex, names: Bindings, references: References): Foldable | undefined {
  const { tree } = names;
  const clause = tree.childOfKind(node, Kind.forInClause);
  const target = tree.nextPart(tree.firstPart(clause));
  const iterable = tree.lastPart(clause);
  const body = tree.nextPart(tree.firstPart(node));
  const isAlone = tree.nextPart(clause) === tree.lastPart(node) && tree.nextPart(body) === clause;
  if (!isAlone || tree.kind(target) !== Kind.identifier) return undefined;
  const isTarget = (part: NodeIndex): boolean =>
    tree.kind(part) === Kind.identifier && tree.name(part) === tree.name(target);
  if (isTarget(body))
    return { operands: [iterable], combine: ([value]) => value && sequence(iterateConstant(value) ?? []) };
  if (tree.kind(body) !== Kind.call || !references.mayBeBuiltin(tree.firstPart(body), 'chr')) return undefined;
  const [argument] = callArguments(tree, body)?.positional ?? [];
  if (argument === undefined || !isTarget(argument)) return undefined;
  return { operands: [iterable], combine: ([value]) => value && characters(value) };
}

function binary(node: NodeIndex, { tree }: Bindings): Foldable {
  const left = tree.firstPart(node);
  const operator = tree.nextPart(left);
  const symbol = tree.source(operator);
  return {
    operands: [left, tree.lastPart(node)],
    combine: ([a, b]) => (a && b ? binaryOperation(symbol, a, b) : undefined),
  };
}

function unary(node: NodeIndex, { tree }: Bindings): Foldable | undefined {
  if (tree.kind(tree.firstPart(node)) !== Kind.minus) return undefined;
  return { operands: [tree.lastPart(node)], combine: ([value]) => value && negate(value) };
}

/** Folds `value[i]` and `value[a:b:c]`. */
function subscript(node: NodeIndex, { tree }: Bindings): Foldable | undefined {
  const value = tree.firstPart(node);
  const index = tree.nextPart(tree.nextPart(value));
  if (tree.kind(tree.nextPart(index)) === Kind.comma) return undefined;
  if (tree.kind(index) !== Kind.slice) {
    return { operands: [value, index], combine: ([a, b]) => (a && b ? itemAt(a, b) : undefined) };
  }
  const bounds = sliceBounds(tree, index);
  const present = bounds.filter((bound) => bound !== noNode);
  return {
    operands: [value, ...present],
    combine: ([sliceable, ...values]) => {
      const rest = values.values();
      return (
        sliceable &&
        slice(
          sliceable,
          bounds.map((bound) => (bound === noNode ? undefined : rest.next().value)),
        )
      );
    },
  };
}

function sliceBounds(tree: SyntaxTree, slice: NodeIndex): NodeIndex[] {
  const bounds = [noNode];
  for (let part = tree.firstPart(slice); part !== noNode; part = tree.nextPart(part)) {
    if (tree.kind(part) === Kind.colon) bounds.push(noNode);
    else bounds[bounds.length - 1] = part;
  }
  return bounds;
}

/** Folds a method of a constant, or a function that returns constants. */
function call(node: NodeIndex, names: Bindings, references: References): Foldable | undefined {
  const { tree } = names;
  const args = callArguments(tree, node);
  if (!args) return undefined;
  const callee = tree.firstPart(node);
  const spelled = args.positional[1];
  if (spelled !== undefined && references.mayBeBuiltin(callee, 'map')) {
    const maps = references.mayBeBuiltin(args.positional[0] ?? noNode, 'chr');
    return maps ? { operands: [spelled], combine: ([value]) => value && characters(value) } : undefined;
  }
  const operands = [...args.positional, ...args.keywords.values()];
  const argumentsOf = (values: readonly Constant[]) => ({
    positional: values.slice(0, args.positional.length),
    keywords: new Map(
      [...args.keywords.keys()].flatMap((name, at) => {
        const value = values[args.positional.length + at];
        return value ? [[name, value] as const] : [];
      }),
    ),
  });
  for (const name of references.of(callee)) {
    if (isFoldableFunction(name)) return { operands, combine: (values) => callFunction(name, argumentsOf(values)) };
  }
  if (tree.kind(callee) !== Kind.attribute) return undefined;
  const method = tree.attributeName(callee);
  if (!isFoldableMethod(method)) return undefined;
  return {
    operands: [tree.firstPart(callee), ...operands],
    combine: ([self, ...values]) => self && callMethod(self, method, argumentsOf(values)),
  };
}

const forms: (Form | undefined)[] = [];
forms[Kind.string] = string;
forms[Kind.concatenatedString] = concatenated;
forms[Kind.integer] = integer;
forms[Kind.identifier] = identifier;
forms[Kind.parenthesizedExpression] = parenthesized;
forms[Kind.namedExpression] = namedExpression;
forms[Kind.tuple] = elements;
forms[Kind.list] = elements;
forms[Kind.expressionList] = elements;
forms[Kind.dictionary] = dictionary;
forms[Kind.generatorExpression] = comprehension;
forms[Kind.listComprehension] = comprehension;
forms[Kind.binaryOperator] = binary;
forms[Kind.unaryOperator] = unary;
forms[Kind.subscript] = subscript;
forms[Kind.call] = call;
