// The user menu: what features add, the theme, the API reference, the keyboard shortcuts, and signing out.
import { Menu } from '@base-ui/react/menu';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BookOpen, Check, Keyboard, LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { forgetNamespace } from '../../data/namespace.ts';
import { signOut } from '../../data/session.ts';
import { added } from '../../points.ts';
import type { Opened } from './keyboard.tsx';
import { MenuPopup } from './menu-popup.tsx';
import { themes, useTheme } from './theme.ts';

interface Props {
  label: ReactNode;
  className: string;
  open: (what: Opened) => void;
}

for (const { load } of added('menuParts')) load();

const names = { system: 'System', light: 'Light', dark: 'Dark' };

export default function UserMenu({ label, className, open }: Props) {
  const [theme, chooseTheme] = useTheme();
  const leave = useLeave();
  return (
    <MenuPopup label={label} className={className} side="top">
      {added('menuParts').map(({ name, User }) => (
        <User key={name} />
      ))}
      <Menu.RadioGroup value={theme} onValueChange={chooseTheme} aria-label="Theme">
        <div className="menu-title">Theme</div>
        {themes.map((one) => (
          <Menu.RadioItem key={one} value={one}>
            <Check className="icon checked" aria-hidden />
            {names[one]}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <hr />
      <Menu.LinkItem closeOnClick href="/docs">
        <BookOpen className="icon" aria-hidden />
        Guides and API reference
      </Menu.LinkItem>
      <Menu.Item onClick={() => open('keys')}>
        <Keyboard className="icon" aria-hidden />
        Keyboard shortcuts
      </Menu.Item>
      <Menu.Item onClick={() => void leave()}>
        <LogOut className="icon" aria-hidden />
        Sign out
      </Menu.Item>
    </MenuPopup>
  );
}

function useLeave(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await signOut();
    forgetNamespace();
    queries.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
}
