// Says which of a union's models a value is, by a property that has another constant in each.
import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';
import { libraryName } from './names.ts';
import type { Writing } from './writing.ts';

/** Returns the union as it is if its models' constants can't be read: it allows the same values. */
export function discriminatedSchema(
  schema: JsonObject,
  property: string | null | undefined,
  writing: Writing,
): JsonObject {
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  const models = choices.filter((choice) => isJsonObject(choice) && '$ref' in choice);
  const others = choices.filter((choice) => !models.includes(choice));
  if (typeof property !== 'string' || others.some((one) => !isJsonObject(one) || one.type !== 'null')) return schema;
  const mapping = mappingOf(models, property, writing);
  if (!mapping || models.length < 2) return schema;
  const chosen = { oneOf: models, discriminator: { propertyName: property, mapping } };
  return others.length > 0 ? { anyOf: [chosen, ...others] } : chosen;
}

function mappingOf(models: readonly Json[], property: string, writing: Writing): JsonObject | undefined {
  const mapping = new Map<string, Json>();
  for (const model of models) {
    const reference = isJsonObject(model) ? model.$ref : undefined;
    const type = writing.referenced(reference)?.fields.get(property)?.type;
    const isLiteral = type?.kind === 'generic' && libraryName(type.path, writing.names) === 'Literal';
    const tags = isLiteral ? type.parameters : [];
    for (const tag of tags) {
      if (tag.kind !== 'value' || tag.value.kind !== 'string' || mapping.has(tag.value.value)) return undefined;
      mapping.set(tag.value.value, reference ?? null);
    }
    if (tags.length === 0) return undefined;
  }
  return Object.fromEntries(mapping);
}
