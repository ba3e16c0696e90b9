// Validates a configuration against the JSON Schema of an agent plugin's version.
import { useState } from 'react';
import { z } from 'zod/mini';
import { api, type Schemas } from '../../data/api.ts';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import { ActionForm } from '../../parts/form.tsx';
import { Status } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';

const anyJson = z.unknown();

type Answer = Awaited<ReturnType<typeof validate>>;

function validate(id: string, config: unknown) {
  return api.post('/api/v1/plugins/{id}/validate-config', { path: { id }, body: { config }, idempotencyKey: false });
}

export default function ValidateConfig({ plugin, close }: { plugin: Schemas['AgentPlugin']; close: () => void }) {
  const { configSchema, id } = plugin;
  const [answer, setAnswer] = useState<Answer>();
  return (
    <>
      <ActionForm
        submit="Validate"
        act={(form) => validate(id, jsonTextIn(form, 'config', anyJson))}
        done={setAnswer}
        cancel={close}
        command={(form) => ({
          path: `/api/v1/plugins/${id}/validate-config`,
          method: 'POST',
          body: { config: jsonTextIn(form, 'config', anyJson) },
        })}
      >
        <JsonField
          name="config"
          label="Configuration as JSON"
          value="{}"
          isRequired
          schema={anyJson}
          problem="Use JSON."
        />
      </ActionForm>
      <div role="status">{answer && <Result answer={answer} />}</div>
      <details>
        <summary>Schema</summary>
        <pre className="code">{visible(configSchema)}</pre>
      </details>
    </>
  );
}

function Result({ answer: { errors, valid } }: { answer: Answer }) {
  if (valid) return <Status tone="good">The configuration is valid</Status>;
  return (
    <>
      <Status tone="bad">The configuration is not valid</Status>
      <ul>
        {errors.map(({ keyword, message, path }) => (
          <li key={`${path} ${keyword} ${message}`}>
            <code>{visible(path || '/')}</code> {visible(message)}
          </li>
        ))}
      </ul>
    </>
  );
}
