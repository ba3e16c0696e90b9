// A menu that opens when rendered, and its button.
import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { giveKeys } from '../typed-ahead.ts';

interface Props {
  label: ReactNode;
  className: string;
  side: 'top' | 'bottom';
  children: ReactNode;
}

export function MenuPopup({ label, className, side, children }: Props) {
  return (
    <Menu.Root defaultOpen>
      <Menu.Trigger className={className}>{label}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align="start" side={side} sideOffset={4}>
          <Menu.Popup className="menu" onFocus={() => void giveKeys()}>
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
