// Prints a type as Pydantic names it in a generic model's title: `Page[int]`.
import type { Budget } from '../python/to-json.ts';
import type { TypeExpression } from '../python/value.ts';
import type { Scope } from './writing.ts';

/** Prints every type parameter as what it stands for. */
export function printedType(type: TypeExpression, scope: Scope, budget: Budget): string {
  budget.left -= 8;
  if (budget.left < 0) return '…';
  const all = (types: readonly TypeExpression[]) => types.map((one) => printedType(one, scope, budget));
  switch (type.kind) {
    case 'name': {
      const bound = type.path.length === 1 ? scope.get(type.path[0] ?? '') : undefined;
      return bound ? printedType(bound.type, bound.scope, budget) : (type.path.at(-1) ?? '');
    }
    case 'generic':
      return `${type.path.at(-1)}[${all(type.parameters).join(', ')}]`;
    case 'union':
      return `Union[${all(type.alternatives).join(', ')}]`;
    case 'call':
      return `${type.path.at(-1)}(${all(type.arguments.map((argument) => argument.type)).join(', ')})`;
    case 'value':
      return 'value' in type.value ? JSON.stringify(type.value.value) : type.value.kind;
    case 'class':
      return type.schema.name;
    case 'unknown':
      return type.text;
    default:
      return type.kind;
  }
}
