// Generates the client's types from the OpenAPI document: paths, each operation's input and output, and the schemas. Omits what the
// client handles without types (errors, headers, webhooks) and what no operation has.
import openapiTypes, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { type Document, documentedMethods } from '../../src/api/openapi/route-definitions.ts';
import type { createApp } from '../../src/app.ts';
import { documentOf } from '../../src/app.ts';

export async function clientTypes(app: ReturnType<typeof createApp>): Promise<string> {
  const nodes = await openapiTypes(JSON.stringify(documentForTypes(documentOf(app))), {
    alphabetize: true,
    defaultNonNullable: false,
  });
  const kept = nodes.filter((node) => !ts.isTypeAliasDeclaration(node));
  return astToString(ts.transform(kept, [withoutAbsent]).transformed);
}

/** Removes error responses, headers, webhooks and examples. */
function documentForTypes({ webhooks: _, ...bare }: Document): Document {
  for (const item of Object.values(bare.paths ?? {})) {
    for (const method of documentedMethods) {
      const operation = item[method];
      if (!operation) continue;
      const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith('2'));
      for (const [, answer] of answers) delete answer.headers;
      operation.responses = Object.fromEntries(answers);
    }
  }
  delete bare.components?.responses;
  delete bare.components?.headers;
  return withoutExamples(bare);
}

function withoutExamples(document: Document): Document {
  return JSON.parse(JSON.stringify(document, (key, value) => (key === 'example' ? undefined : value)));
}

/** Removes members that are always absent (`?: never`), headers without names, and types that are empty without them. */
const withoutAbsent: ts.TransformerFactory<ts.Node> = (context) => {
  const visit = (node: ts.Node): ts.Node | undefined => {
    const visited = ts.visitEachChild(node, visit, context);
    return ts.isPropertySignature(visited) && isAbsent(visited) ? undefined : visited;
  };
  return (node) => visit(node) ?? node;
};

function isAbsent({ name, questionToken, type }: ts.PropertySignature): boolean {
  if (questionToken && type?.kind === ts.SyntaxKind.NeverKeyword) return true;
  if (!ts.isIdentifier(name) || !type || !ts.isTypeLiteralNode(type)) return false;
  if (name.text === 'headers') return type.members.every(ts.isIndexSignatureDeclaration);
  return name.text === 'parameters' && type.members.length === 0;
}
