// Yanks or deprecates a version, or undoes that.
import { formatPluginId } from '../../../core/plugin-id.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog, End } from '../../parts/actions/action.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  plugin: Pick<Schemas['PluginDocument'], 'name' | 'version' | 'deprecated' | 'yanked'>;
}

const ways = [
  {
    field: 'yanked',
    verb: 'yank',
    label: 'Yank',
    undo: 'Offer again',
    effect: 'Yanking it leaves what is live, but only its exact number still resolves to it.',
  },
  {
    field: 'deprecated',
    verb: 'deprecate',
    label: 'Deprecate',
    undo: 'Undo the deprecation',
    effect: 'Deprecating it shows your reason wherever the version is.',
  },
] as const;

export default function VersionWithdrawals({ namespace, plugin }: Props) {
  const { name, version } = plugin;
  const path = { namespace_id: namespace, plugin_id: formatPluginId(name, version) };
  return ways.map(({ effect, field, label, undo, verb }) => {
    const isDone = plugin[field] !== null;
    const reasonIn = (form: FormData) => (isDone ? null : readText(form, 'reason'));
    return (
      <End key={field} effect={isDone ? `It is ${field}.` : effect}>
        <ActionDialog
          label={isDone ? undo : label}
          title={`${isDone ? undo : label}: ${visible(name)} ${version}`}
          className="small"
          request={(form) =>
            apiRequest('patch', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
              path,
              body: { [field]: reasonIn(form) },
            })
          }
          cli={(form) =>
            slipway([verb, `${name}@${version}`], {
              namespace,
              ...(isDone ? { undo: true } : { reason: readText(form, 'reason') }),
            })
          }
          changes={[['namespace', namespace]]}
        >
          {isDone ? (
            <p>Its reason is removed.</p>
          ) : (
            <TextField name="reason" label="Reason" hint="For those who use the version." maxLength={1000} required />
          )}
        </ActionDialog>
      </End>
    );
  });
}
