// Writes the page of routes for the site, from the OpenAPI document.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const operation = z.object({
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string().optional(),
});

const documentModel = z.object({
  tags: z.array(z.object({ name: z.string(), description: z.string().optional() })),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

const intro = `# Routes

Every route of the API by subject, from \`openapi.json\`. [HTTP API](api.md) has the scopes and the rules that all routes share. \`/docs\` on
your server shows the fields of each.`;

const file = fileURLToPath(import.meta.resolve('../../openapi.json'));

/** Returns a Markdown page with every operation's method, path, summary and description. */
export async function routesPage(): Promise<string> {
  const { tags, paths } = documentModel.parse(JSON.parse(await readFile(file, 'utf8')));
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, value]) => {
      const { success, data } = operation.safeParse(value);
      return success ? [{ ...data, route: `\`${method.toUpperCase()} ${path}\`` }] : [];
    }),
  );
  const sections = tags.flatMap(({ name, description = '' }) => {
    const rows = operations
      .filter((one) => one.tags.includes(name))
      .map((one) => `| ${one.route} | ${one.summary}. ${cell(one.description)} |`);
    if (rows.length === 0) return [];
    return [`## ${name}`, description, ['| route | what it does |', '|---|---|', ...rows].join('\n')];
  });
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const cell = (text = '') => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');
