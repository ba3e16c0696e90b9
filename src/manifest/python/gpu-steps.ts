// Finds pipeline steps that ask for a GPU: `StepDefinition(Embedder, resource_type=ResourceType.GPU)`, under any import alias. Runs no
// code, so a resource type that depends on a condition or a call doesn't count. A step inside a condition does.
import type { Node } from 'web-tree-sitter';
import { dottedName, lastName, nameParts, nodeSpan, type Span } from './syntax.ts';

export interface GpuStep {
  at: Span;
  /** The step's service as written, such as `Embedder`. */
  service: string;
}

/** Cheap check of a file's text before parsing it. */
export const mayHaveGpuSteps = /\bStepDefinition\b/;

/** Most constants to follow in a chain: `A = B`, `B = ResourceType.GPU`. */
const constantsMax = 8;

export function findGpuSteps(module: Node): GpuStep[] {
  const names = localNames(module);
  const constants = constantsOf(module);
  return module.descendantsOfType('call').flatMap((call) => {
    if (!isNamed(call.childForFieldName('function'), 'StepDefinition', names)) return [];
    const { keywords, positional } = argumentsOf(call);
    const resource = keywords.get('resource_type') ?? positional[1];
    if (!resource || keywords.get('enabled')?.type === 'false') return [];
    if (!isGpu(resource, { names, constants }, constantsMax)) return [];
    const service = keywords.get('service_class') ?? positional[0];
    return { at: nodeSpan(call), service: service ? service.text : 'its service' };
  });
}

/** Returns the original names of aliased imports, such as `from … import ResourceType as RT`. */
function localNames(module: Node): ReadonlyMap<string, string> {
  const aliases = module.descendantsOfType('aliased_import').flatMap((part) => {
    const [name, alias] = [part.childForFieldName('name'), part.childForFieldName('alias')];
    return name && alias ? [[dottedName(alias), dottedName(name)] as const] : [];
  });
  return new Map(aliases);
}

/** Returns the values of names assigned only once in the file. */
function constantsOf(module: Node): ReadonlyMap<string, Node> {
  const values = new Map<string, Node | null>();
  for (const assignment of module.descendantsOfType('assignment')) {
    const [left, right] = [assignment.childForFieldName('left'), assignment.childForFieldName('right')];
    if (left?.type === 'identifier') values.set(dottedName(left), values.has(dottedName(left)) ? null : right);
  }
  return new Map([...values].flatMap(([name, value]) => (value ? [[name, value] as const] : [])));
}

function argumentsOf(call: Node): { positional: Node[]; keywords: Map<string, Node> } {
  const list = call.childForFieldName('arguments');
  const parts = list ? nameParts(list) : [];
  const keywords = new Map<string, Node>();
  for (const part of parts) {
    const [name, value] = [part.childForFieldName('name'), part.childForFieldName('value')];
    if (part.type === 'keyword_argument' && name && value) keywords.set(dottedName(name), value);
  }
  const named = parts.findIndex(({ type }) => /^(?:keyword_argument|list_splat|dictionary_splat)$/.test(type));
  return { positional: named === -1 ? parts : parts.slice(0, named), keywords };
}

function isNamed(node: Node | null, wanted: string, names: ReadonlyMap<string, string>): boolean {
  const name = node ? lastName(node) : undefined;
  if (name === undefined) return false;
  return (node?.type === 'identifier' ? (names.get(name) ?? name) : name) === wanted;
}

interface Scope {
  names: ReadonlyMap<string, string>;
  constants: ReadonlyMap<string, Node>;
}

/**
 * Returns whether the node is `ResourceType.GPU`, `ResourceType.GPU.value`, `ResourceType["GPU"]`, `ResourceType("gpu")`, `"gpu"`, or a
 * constant with one of these values.
 */
function isGpu(node: Node, scope: Scope, constantsLeft: number): boolean {
  switch (node.type) {
    case 'string':
      return /^(['"])gpu\1$/.test(node.text);
    case 'identifier': {
      const value = scope.constants.get(dottedName(node));
      return value !== undefined && constantsLeft > 0 && isGpu(value, scope, constantsLeft - 1);
    }
    case 'parenthesized_expression': {
      const [inner] = nameParts(node);
      return inner !== undefined && isGpu(inner, scope, constantsLeft - 1);
    }
    case 'attribute': {
      const object = node.childForFieldName('object');
      if (lastName(node) === 'value') return object !== null && object.type !== 'identifier' && isGpu(object, scope, 0);
      return lastName(node) === 'GPU' && isNamed(object, 'ResourceType', scope.names);
    }
    case 'subscript':
      return (
        isNamed(node.childForFieldName('value'), 'ResourceType', scope.names) &&
        /^(['"])GPU\1$/.test(node.childForFieldName('subscript')?.text ?? '')
      );
    case 'call':
      return (
        isNamed(node.childForFieldName('function'), 'ResourceType', scope.names) &&
        argumentsOf(node).positional.some((argument) => isGpu(argument, scope, 0))
      );
    default:
      return false;
  }
}
