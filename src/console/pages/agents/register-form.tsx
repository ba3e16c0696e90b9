// Registers the artifact at a URL as a version of an agent plugin. The server then fetches it and compares its checksum.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { hex } from '../../../core/digest.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { visible } from '../../parts/visible-text.ts';

type Agent = Schemas['AgentPlugin'];

const types: readonly Agent['pluginType'][] = ['log', 'metric', 'trace'];
const jsonObject = z.record(z.string(), z.unknown());

interface Props {
  namespace: string;
  name?: string;
  close: () => void;
}

export default function RegisterForm({ namespace, name, close }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const register = async (form: FormData) =>
    api.post('/api/v1/plugins', { body: registrationIn(form, await checksumIn(form)) });
  const done = async (agent: Agent) => {
    await queries.invalidateQueries({ queryKey: ['agents'] });
    close();
    say(`${visible(agent.name)} ${visible(agent.version)} is registered.`);
    await navigate({ to: '/n/$namespace/agents/$name', params: { namespace, name: agent.name } });
  };
  return (
    <ActionForm
      submit="Register"
      act={register}
      done={done}
      cancel={close}
      command={(form) => commandOf(registrationIn(form, textOf(form, 'checksum')))}
    >
      <NameFields {...(name !== undefined && { name })} />
      <Field label="URL of the artifact">
        {(ids) => <input name="url" type="url" required maxLength={2048} autoComplete="off" {...ids} />}
      </Field>
      <Field label="Checksum" hint="`sha256:` and hexadecimal digits. Left empty: that of the file below.">
        {(ids) => <input name="checksum" pattern="sha256:([0-9A-Fa-f]{2}){4,32}" autoComplete="off" {...ids} />}
      </Field>
      <Field label="The artifact on this machine" hint="It is read for its checksum, and not sent.">
        {(ids) => <input name="artifact" type="file" {...ids} />}
      </Field>
      <JsonField
        name="schema"
        label="JSON Schema of its configuration"
        hint="Left empty: any configuration is valid."
        schema={jsonObject}
        problem="Use a JSON object."
      />
    </ActionForm>
  );
}

function NameFields({ name }: { name?: string }) {
  return (
    <>
      <Field label="Name">
        {(ids) => <input name="name" required maxLength={128} defaultValue={name ?? ''} autoComplete="off" {...ids} />}
      </Field>
      <Field label="Version">
        {(ids) => <input name="version" required maxLength={64} placeholder="1.0.0" autoComplete="off" {...ids} />}
      </Field>
      <Field label="What it collects">
        {(ids) => (
          <select name="type" {...ids}>
            {types.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Runtime" hint="What it runs in, such as go. May be left empty.">
        {(ids) => <input name="runtime" maxLength={64} autoComplete="off" {...ids} />}
      </Field>
    </>
  );
}

async function checksumIn(form: FormData): Promise<string> {
  const [typed, file] = [textOf(form, 'checksum'), form.get('artifact')];
  if (typed !== '') return typed;
  if (!(file instanceof File) || file.size === 0) throw new Error('Give the checksum, or choose the artifact.');
  return `sha256:${hex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())))}`;
}

function registrationIn(form: FormData, checksum: string) {
  const [pluginRuntime, configSchema] = [textOf(form, 'runtime'), jsonTextIn(form, 'schema', jsonObject)];
  return {
    name: textOf(form, 'name'),
    version: textOf(form, 'version'),
    pluginType: types.find((type) => type === textOf(form, 'type')) ?? 'log',
    artifactUrl: textOf(form, 'url'),
    checksum,
    ...(pluginRuntime && { pluginRuntime }),
    ...(configSchema && { configSchema }),
  };
}

function commandOf(body: ReturnType<typeof registrationIn>) {
  const { artifactUrl, checksum, configSchema, name, pluginRuntime, pluginType, version } = body;
  return {
    cli: slipway(['agents', 'register', name, version, artifactUrl], {
      type: pluginType,
      checksum: checksum || undefined,
      artifact: checksum ? undefined : 'FILE',
      runtime: pluginRuntime,
      'config-schema': configSchema?.text,
    }),
    path: '/api/v1/plugins',
    method: 'POST',
    body,
  } as const;
}
