// A button that downloads a file whose address is made for it: it is valid for a short time.
import { useMutation } from '@tanstack/react-query';
import { PageError } from '../page-states.tsx';

export function Download({ label, find }: { label: string; find: () => Promise<string> }) {
  const download = useMutation({ mutationFn: find, onSuccess: (url) => location.assign(url) });
  return (
    <>
      <button type="button" disabled={download.isPending} onClick={() => download.mutate()}>
        {label}
      </button>
      {download.error && <PageError error={download.error} />}
    </>
  );
}
