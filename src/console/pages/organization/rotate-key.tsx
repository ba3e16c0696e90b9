// Gives an API key another secret, which is shown once. The old one can be accepted for a while.
import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { overlaps, RotateSecret } from '../../parts/actions/rotate-secret.tsx';
import { DialogButton } from '../../parts/dialog.tsx';

interface Props {
  apiKey: Schemas['ApiKey'];
  isOwn: boolean;
}

export function RotateKey({ apiKey, isOwn }: Props) {
  return (
    <DialogButton label="Rotate" of={apiKey.name} title={`Rotate the secret of ${apiKey.name}`} className="small">
      {(close) => <Rotate apiKey={apiKey} isOwn={isOwn} close={close} />}
    </DialogButton>
  );
}

function Rotate({ apiKey: { key_id }, isOwn, close }: Props & { close: () => void }) {
  const queries = useQueryClient();
  const path = { key_id };
  return (
    <RotateSecret
      command={['keys', 'rotate', key_id]}
      path={`/v1/keys/${key_id}/rotate`}
      label="The old secret is accepted for another"
      // Without an overlap this session would end before its new secret is stored.
      choices={isOwn ? overlaps.slice(1) : overlaps}
      rotate={async (body) => (await api.post('/v1/keys/{key_id}/rotate', { path, body })).api_key}
      done={() => queries.invalidateQueries({ queryKey: ['keys'] })}
      close={close}
    >
      <p>
        The new secret works at once. Programs that have the old one get 401 when its time is over.
        {isOwn && ' This session ends then, too: sign in with the new secret.'}
      </p>
    </RotateSecret>
  );
}
