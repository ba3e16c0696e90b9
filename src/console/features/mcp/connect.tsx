// Connects an agent: what it sees, the URL, a key that reaches nothing else, and settings for the programs that run agents.
import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { lifetimes } from '../../pages/organization/new-key.tsx';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { NewSecret } from '../../parts/actions/rotate-secret.tsx';
import { CodeBlock } from '../../parts/code/code-block.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { daysAhead, SelectField, TextField } from '../../parts/fields.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { readText } from '../../parts/form.tsx';
import { agentClients, clientSettings } from './client-settings.ts';
import type { ToolSet } from './queries.ts';
import './mcp.css';

interface Props {
  namespace: string;
  sets: readonly ToolSet[];
}

export function Connect({ namespace, sets }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const [chosen, choose] = useState<string>();
  const [client, chooseClient] = useState<(typeof agentClients)[number]>(agentClients[0]);
  const set = sets.find(({ name }) => name === chosen);
  const path = `/v1/namespaces/${namespace}/${set ? `tool-sets/${set.name}` : 'mcp'}`;
  const url = set?.mcp_url ?? `${location.origin}${path}`;
  const { hint, language, text } = clientSettings(client, { name: set?.name ?? 'slipway', url });
  return (
    <section aria-label="Connect" className="connect">
      <div className="filters">
        <FilterSelect
          label="The agent sees"
          all="all live plugins"
          values={sets.map(({ name }) => name)}
          value={set?.name}
          choose={choose}
        />
      </div>
      <div className="connection">
        <Copyable text={url} label="the URL" />
        {key.scopes.includes('keys:admin') && key.scopes.includes('plugins:invoke') && (
          <AgentKey path={path} sees={set ? `the set ${set.name}` : 'all live plugins'} />
        )}
      </div>
      <span className="choice-row">
        {agentClients.map((one) => (
          <button key={one} type="button" aria-pressed={one === client} onClick={() => chooseClient(one)}>
            {one}
          </button>
        ))}
      </span>
      <section aria-label={`Settings of ${client}`}>
        <CodeBlock text={text} language={language} />
        <p className="quiet">{hint}</p>
      </section>
    </section>
  );
}

function AgentKey({ path, sees }: { path: string; sees: string }) {
  return (
    <ActionDialog
      label="Create a key for it"
      title={`Create a key for ${sees}`}
      className="small"
      submit="Create the key"
      request={(form) => {
        const expires_at = daysAhead(form, 'days');
        const body = { name: readText(form, 'name'), scopes: ['plugins:invoke' as const], path };
        return apiRequest('post', '/v1/keys', { body: { ...body, ...(expires_at && { expires_at }) } });
      }}
      cli={(form) =>
        slipway(['keys', 'create', readText(form, 'name')], {
          scopes: 'plugins:invoke',
          path,
          expires: `${readText(form, 'days')}d`,
        })
      }
      changes={[['keys']]}
      shows={({ api_key }) => (
        <NewSecret secret={api_key}>
          <p>
            Set <code>SLIPWAY_API_KEY</code> to it where the agent runs.
          </p>
        </NewSecret>
      )}
    >
      <p>The key lists and calls these tools, and reaches nothing else.</p>
      <TextField name="name" label="Which agent is it for?" required maxLength={100} placeholder="support-agent" />
      <SelectField name="days" label="Valid for" choices={lifetimes} />
    </ActionDialog>
  );
}
