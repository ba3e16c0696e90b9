// Publishes an existing archive, or has the server fetch a repository. Shows errors as the CLI does.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { putArchive } from '../../../client/put-archive.ts';
import { pause } from '../../../client/retry.ts';
import { lazyPart } from '../../connection/load-code.ts';
import { actionHashes } from '../../data/action-hashes.ts';
import { api } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Copyable, type SameAs } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/fields.tsx';
import { ActionForm, readText } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { OwnerField } from './owner-field.tsx';
import { listReasons } from './rejection.tsx';

/** Interval between checks for the end of the scan. */
const scanPauseMs = 1000;

const GitForm = lazyPart(() => import('./git-form.tsx'));

export function PublishFromGit({ namespace }: { namespace: string }) {
  return (
    <DialogButton label="Install from Git" title="Publish from Git">
      {(close) => <GitForm namespace={namespace} close={close} />}
    </DialogButton>
  );
}

export function PublishDialog({ namespace }: { namespace: string }) {
  return (
    <DialogButton label="Publish plugin" className="primary" title="Publish an archive" hash={actionHashes.publish}>
      {(close) => <PublishForm namespace={namespace} close={close} />}
    </DialogButton>
  );
}

function PublishForm({ namespace, close }: { namespace: string; close: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const publish = async (form: FormData) => {
    if (isOrganizations(form)) return { ...(await publishForOrganization(form)), isShared: true };
    form.delete('owner');
    const path = { namespace_id: namespace };
    return { ...(await api.post('/v1/namespaces/{namespace_id}/plugins', { path, form })), isShared: false };
  };
  const done = async ({ name, version, isShared }: { name: string; version: string; isShared: boolean }) => {
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    say(`${name} ${version} is published.`);
    if (isShared) return navigate({ to: '/n/$namespace/organization-plugins', params: { namespace }, search: {} });
    const params = { namespace, name, version };
    return navigate({ to: '/n/$namespace/plugins/$name/versions/$version', params });
  };
  return (
    <ActionForm
      submit="Publish"
      busy="Scanning…"
      act={publish}
      done={done}
      cancel={close}
      explain={listReasons}
      command={(form) => commandOf(namespace, form)}
    >
      <p>
        To pack, publish and deploy a folder from the command line: <Copyable text="slipway publish my_plugin" />
      </p>
      <TextField name="file" label="Archive (zip or tar.gz)" type="file" required accept=".zip,.gz,.tgz" />
      <TextField name="name" label="Name" required minLength={3} maxLength={64} />
      <TextField name="version" label="Version" required placeholder="1.0.0" />
      <OwnerField />
    </ActionForm>
  );
}

function isOrganizations(form: FormData): boolean {
  return readText(form, 'owner') === 'organization';
}

/** The CLI packs the folder itself, and reads the name and version from its manifest. */
function commandOf(namespace: string, form: FormData): SameAs {
  if (isOrganizations(form)) return { cli: slipway(['publish'], { org: true }) };
  const archive = form.get('file');
  const file = archive instanceof File && archive.name !== '' ? archive.name : 'plugin.zip';
  return {
    cli: slipway(['publish'], { 'no-deploy': true, namespace }),
    path: `/v1/namespaces/${namespace}/plugins`,
    method: 'POST',
    form: [`file=@${file}`, `name=${readText(form, 'name')}`, `version=${readText(form, 'version')}`],
  };
}

/** Uploads the archive to the store, then confirms it; no single request does both. */
async function publishForOrganization(form: FormData) {
  const archive = form.get('file');
  if (!(archive instanceof File)) throw new Error('Choose a file.');
  const file_size_bytes = archive.size;
  const body = { name: readText(form, 'name'), version: readText(form, 'version'), file_size_bytes };
  const { presigned_url, upload_id } = await api.post('/v1/plugins/uploads', { body });
  const etag = await putArchive(presigned_url, archive);
  for (;;) {
    const path = { upload_id };
    const answer = await api.post('/v1/plugins/uploads/{upload_id}/confirm', { path, body: { etag, file_size_bytes } });
    if (answer.validation_status !== 'pending') return answer;
    await pause(scanPauseMs, undefined);
  }
}
