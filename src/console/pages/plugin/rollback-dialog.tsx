// The button that rolls a plugin back. Its form loads when the dialog opens.
import { Undo2 } from 'lucide-react';
import { lazyPart } from '../../connection/load-code.ts';
import type { Schemas } from '../../data/api.ts';
import { rollbackAction } from '../../data/plugin-history.ts';
import { DialogButton } from '../../parts/dialog.tsx';

const RollbackForm = lazyPart(() => import('./rollback-form.tsx'));

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  /** The preselected version. */
  target: string;
  /** Text of a small button next to the version. Without it, the button names the target. */
  label?: string;
  hash?: string;
}

export function RollbackDialog({ namespace, plugin, target, label, hash }: Props) {
  const { name } = plugin;
  const action = rollbackAction(target, plugin);
  const text = (
    <>
      <Undo2 className="icon" aria-hidden /> {action}
    </>
  );
  return (
    <DialogButton
      label={label ?? text}
      className={label && 'small'}
      title={`${name}: ${action}`}
      {...(hash !== undefined && { hash })}
    >
      {(close) => <RollbackForm namespace={namespace} plugin={plugin} first={target} close={close} />}
    </DialogButton>
  );
}
