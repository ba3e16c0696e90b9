// Writes the site's message page from the tables of messages.
import { problemTypes } from '../../src/api/problems/problem-response.ts';
import { exitCodes } from '../../src/cli/failures/exit-codes.ts';
import { builderErrorStatus } from '../../src/contract/builder/instances.ts';
import { startErrorCodes } from '../../src/contract/builder/start-errors.ts';
import { eventData } from '../../src/contract/events/events.ts';
import { explanations } from '../../src/contract/findings/explanations.ts';
import { ruleIds, rules } from '../../src/contract/findings/rules.ts';
import { byteHolders, holderTable, quotaResources, quotaTable } from '../../src/contract/limits/quotas.ts';
import { problems } from '../../src/core/problem.ts';

const intro = `# Messages

Every message that Slipway keeps in a table: what happened, then the fix. Messages that depend on the request are built where the
error occurs, and are not listed here.`;

const code = (text: string | number) => `\`${text}\``;

function table(head: string[], rows: string[][]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
  return [head, head.map(() => '---'), ...escaped].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const types = new Map<string, string>(Object.entries(problemTypes));

const problemRows = Object.entries(problems).map(([name, { status, title, hint }]) => [
  code(name),
  String(status),
  code(types.get(name) ?? ''),
  title,
  hint,
]);

const holderRows = byteHolders.map((holder) => {
  const { what, remedy } = holderTable[holder];
  return [`\`${holder}\``, `${what} hold *bytes* of them.`, `${remedy}.`];
});
const quotaRows = quotaResources.map((resource) => {
  const { where, what, remedy } = quotaTable[resource];
  return [code(resource), `${where} has *used* of *limit* ${what}.`, `${remedy}.`];
});

const ruleRows = ruleIds.map((id) => {
  const { severity, message } = rules[id];
  return [`[${id}](rules.md#${id.toLowerCase()})`, severity, message, explanations[id].why];
});

const builderRows = Object.entries(builderErrorStatus).map(([name, status]) => [code(name), String(status)]);

const exitRows = Object.entries(exitCodes).map(([name, exit]) => [String(exit.code), code(name), exit.meaning]);

const eventRows = Object.entries(eventData).map(([type, { description = '' }]) => [code(type), description]);

/** Markdown page with every message in a table: what happened, and the fix. */
export const messagePage = `${[
  intro,
  '## API errors',
  'Responses in `application/problem+json` report the code. In their own formats, the agent surface reports it with underscores, and the\nother surfaces report the type. The agent and Go surfaces respond to invalid\nrequests with 400.',
  table(['code', 'status', 'type', 'title', 'hint'], problemRows),
  '## Quotas',
  'The messages of `quota-exceeded`, by resource.',
  table(['resource', 'message', 'fix'], quotaRows),
  'The message for `stored_bytes` names the largest holder, with its fix.',
  table(['held by', 'message', 'fix'], holderRows),
  '## Findings',
  '`{name}` is the name that was found. [Rules](rules.md) has an example and the fix for each rule.',
  table(['rule', 'severity', 'message', 'why'], ruleRows),
  '## Builder errors',
  'Responses from the builder to the Worker. Their messages name the cause.',
  table(['code', 'status'], builderRows),
  `A start that fails has one of these codes: ${startErrorCodes.map(code).join(', ')}.`,
  '## Exit codes',
  table(['exit code', 'name', 'meaning'], exitRows),
  '## Events',
  table(['type', 'description'], eventRows),
].join('\n\n')}\n`;
