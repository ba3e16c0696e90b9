// Toast messages in the corner. Each stays while it has hover or focus.
import { Toast } from '@base-ui/react/toast';
import { Link, type LinkProps } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useEffect } from 'react';

/** An action's effect, with a link to what it created or changed. */
export interface Said {
  message: string;
  leads: { to: LinkProps; text: string } | undefined;
}

/** Time to read a message and reach its link. */
const shownMs = 10_000;

interface Props {
  said: readonly Said[];
  /** Called once the list has taken over the messages. */
  shown: () => void;
}

export default function ToastList(props: Props) {
  return (
    <Toast.Provider timeout={shownMs}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List {...props} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List({ said, shown }: Props) {
  const { add, toasts } = Toast.useToastManager<Pick<Said, 'leads'>>();
  useEffect(() => {
    if (said.length === 0) return;
    for (const { message, leads } of said) add({ description: message, data: { leads } });
    shown();
  }, [add, said, shown]);
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <Toast.Description>
        {toast.description}
        {toast.data?.leads && (
          <>
            {' '}
            <Link {...toast.data.leads.to}>{toast.data.leads.text}</Link>
          </>
        )}
      </Toast.Description>
      <Toast.Close className="plain" aria-label="Close">
        <X className="icon" aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}
