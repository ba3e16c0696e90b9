// Gives an API key another secret, which is shown once. The old one can be accepted for a while.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { NewSecret } from '../../parts/secret.tsx';

interface Props {
  apiKey: Schemas['ApiKey'];
  isOwn: boolean;
}

/**
 * How long the old secret is accepted, in seconds and as the command line has it. The first is not for the key of this session, which
 * would end before the new secret is stored.
 */
const overlaps = [
  { seconds: '0', duration: undefined, label: '0 s: it is known to others' },
  { seconds: '3600', duration: '1h', label: 'hour' },
  { seconds: '86400', duration: '1d', label: 'day' },
  { seconds: '604800', duration: '7d', label: '7 days' },
] as const;

export function RotateKey({ apiKey, isOwn }: Props) {
  return (
    <DialogButton label={`Rotate ${apiKey.name}…`} title={`Rotate the secret of ${apiKey.name}`} className="small">
      {(close) => <Rotate apiKey={apiKey} isOwn={isOwn} close={close} />}
    </DialogButton>
  );
}

function Rotate({ apiKey: { key_id }, isOwn, close }: Props & { close: () => void }) {
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  if (secret !== undefined)
    return (
      <>
        <NewSecret secret={secret} />
        <button type="button" className="primary" onClick={close}>
          Done
        </button>
      </>
    );
  const rotate = (form: FormData) => api.post('/v1/keys/{key_id}/rotate', { path: { key_id }, body: overlapIn(form) });
  const done = async ({ api_key }: Schemas['ApiKeyWithSecret']) => {
    setSecret(api_key);
    await queries.invalidateQueries({ queryKey: ['keys'] });
  };
  return (
    <ActionForm
      submit="Rotate"
      act={rotate}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['keys', 'rotate', key_id], {
          overlap: overlaps.find(({ seconds }) => seconds === textOf(form, 'overlap'))?.duration,
        }),
        path: `/v1/keys/${key_id}/rotate`,
        method: 'POST',
        body: overlapIn(form),
      })}
    >
      <p>
        The new secret works at once. Programs that have the old one get 401 when its time is over.
        {isOwn && ' This session ends then, too: sign in with the new secret.'}
      </p>
      <Field label="The old secret is accepted for another">
        {(ids) => (
          <select name="overlap" defaultValue="86400" {...ids}>
            {(isOwn ? overlaps.slice(1) : overlaps).map(({ seconds, label }) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ActionForm>
  );
}

function overlapIn(form: FormData): { overlap_seconds: number } {
  return { overlap_seconds: Number(textOf(form, 'overlap')) };
}
