// Moves parameters that several operations share into the OpenAPI document's components, where they are described once.
import { type Document, documentedMethods } from './route-definitions.ts';

type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;
type Parameter = NonNullable<Operation['parameters']>[number];
interface Shared {
  parameter: Parameter;
  users: Operation[];
}

export function shareParameters(document: Document): void {
  const { components, paths = {}, webhooks = {} } = document;
  const operations: Operation[] = [...Object.values(paths), ...Object.values(webhooks)].flatMap((item) =>
    documentedMethods.flatMap((method) => ('$ref' in item ? [] : (item[method] ?? []))),
  );
  const taken = new Map(Object.entries(components?.parameters ?? {}));
  const names = new Map<string, string>();
  for (const { parameters = [] } of operations) for (const parameter of parameters) sayOnce(parameter);
  for (const { parameter, users } of repeated(operations)) {
    const name = candidates(parameter, users).find((one) => !taken.has(one));
    if (name === undefined) continue;
    taken.set(name, parameter);
    names.set(JSON.stringify(parameter), name);
  }
  for (const operation of operations)
    operation.parameters = (operation.parameters ?? []).map((parameter) => {
      const name = names.get(JSON.stringify(parameter));
      return name === undefined ? parameter : { $ref: `#/components/parameters/${name}` };
    });
  document.components = { ...components, parameters: Object.fromEntries(taken) };
}

/** Removes everything from a parameter's schema that the parameter itself already states. */
function sayOnce(parameter: Parameter): void {
  if ('$ref' in parameter || !parameter.schema || '$ref' in parameter.schema) return;
  const { description, example, ...schema } = parameter.schema;
  const said = description === parameter.description && example === parameter.example;
  if (said) parameter.schema = schema;
}

/** Returns the parameters that several operations use, most used first. */
function repeated(operations: Operation[]): Shared[] {
  const found = new Map<string, Shared>();
  for (const operation of operations)
    for (const parameter of operation.parameters ?? []) {
      if ('$ref' in parameter) continue;
      const key = JSON.stringify(parameter);
      const shared = found.get(key) ?? { parameter, users: [] };
      shared.users.push(operation);
      found.set(key, shared);
    }
  return [...found.values()]
    .filter(({ users }) => users.length > 1)
    .sort((one, other) => other.users.length - one.users.length);
}

/** The most used parameter with a name keeps that name. Others get their group as a prefix. */
function candidates(parameter: Parameter, [first]: Operation[]): string[] {
  const name = 'name' in parameter ? pascalCase(parameter.name) : '';
  return [name, `${pascalCase(first?.tags?.[0] ?? '')}${name}`];
}

function pascalCase(text: string): string {
  return text.replaceAll(/(?:^|[ _-])(.)/g, (_, letter: string) => letter.toUpperCase());
}
