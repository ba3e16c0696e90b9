// Registers the artifact at a URL as an agent plugin version. The server then fetches it and compares its checksum.
import { z } from 'zod/mini';
import { hex } from '../../../core/digest.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Action } from '../../parts/actions/action.tsx';
import { JsonField, jsonTextIn } from '../../parts/actions/json-field.tsx';
import { SelectField, sameTexts, TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { visible } from '../../parts/visible-text.ts';

type Agent = Schemas['AgentPlugin'];

const types: readonly Agent['pluginType'][] = ['log', 'metric', 'trace'];
const jsonObject = z.record(z.string(), z.unknown());

interface Props {
  namespace: string;
  name?: string;
  close: () => void;
}

export default function RegisterForm({ namespace, name = '', close }: Props) {
  const request = (form: FormData) => {
    const requestWith = (checksum: string) =>
      apiRequest('post', '/api/v1/plugins', { body: registrationIn(form, checksum) });
    return { ...requestWith(readText(form, 'checksum')), send: async () => requestWith(await checksumIn(form)).send() };
  };
  return (
    <Action
      submit="Register"
      request={request}
      cli={(form) => commandFor(registrationIn(form, readText(form, 'checksum')))}
      changes={[['agents']]}
      goTo={(agent) => ({ to: '/n/$namespace/agents/$name', params: { namespace, name: agent.name } })}
      said={(agent) => `${visible(agent.name)} ${visible(agent.version)} is registered.`}
      close={close}
    >
      <TextField name="name" label="Name" required maxLength={128} defaultValue={name} />
      <TextField name="version" label="Version" required maxLength={64} placeholder="1.0.0" />
      <SelectField name="type" label="What it collects" choices={sameTexts(types)} />
      <TextField name="runtime" label="Runtime" hint="Its runtime, such as go. Optional." maxLength={64} />
      <TextField name="url" label="Artifact URL" type="url" required maxLength={2048} />
      <TextField
        name="checksum"
        label="Checksum"
        hint="`sha256:` and hexadecimal digits. Leave empty to use the checksum of the file below."
        pattern="sha256:([0-9A-Fa-f]{2}){4,32}"
      />
      <TextField
        name="artifact"
        label="Artifact on this machine"
        hint="Only used to compute its checksum; never uploaded."
        type="file"
      />
      <JsonField
        name="schema"
        label="Configuration JSON Schema"
        hint="If empty, any configuration is valid."
        schema={jsonObject}
        problem="Use a JSON object."
      />
    </Action>
  );
}

async function checksumIn(form: FormData): Promise<string> {
  const [typed, file] = [readText(form, 'checksum'), form.get('artifact')];
  if (typed !== '') return typed;
  if (!(file instanceof File) || file.size === 0) throw new Error('Enter the checksum or choose the artifact.');
  return `sha256:${hex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())))}`;
}

function registrationIn(form: FormData, checksum: string) {
  const [pluginRuntime, configSchema] = [readText(form, 'runtime'), jsonTextIn(form, 'schema', jsonObject)];
  return {
    name: readText(form, 'name'),
    version: readText(form, 'version'),
    pluginType: types.find((type) => type === readText(form, 'type')) ?? 'log',
    artifactUrl: readText(form, 'url'),
    checksum,
    ...(pluginRuntime && { pluginRuntime }),
    ...(configSchema && { configSchema }),
  };
}

function commandFor(body: ReturnType<typeof registrationIn>): string {
  const { artifactUrl, checksum, configSchema, name, pluginRuntime, pluginType, version } = body;
  return slipway(['agents', 'register', name, version, artifactUrl], {
    type: pluginType,
    checksum: checksum || undefined,
    artifact: checksum ? undefined : 'FILE',
    runtime: pluginRuntime,
    'config-schema': configSchema?.text,
  });
}
