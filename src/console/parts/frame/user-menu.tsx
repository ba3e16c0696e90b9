// The user menu: the person, the theme, the keyboard shortcuts, and signing out.
import { Menu } from '@base-ui/react/menu';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useRouteContext } from '@tanstack/react-router';
import { Check, CircleUser, Keyboard, LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { forgetNamespace } from '../../data/namespace.ts';
import { personQuery } from '../../data/people-queries.ts';
import { signOut } from '../../data/session.ts';
import { visible } from '../visible-text.ts';
import type { Opened } from './keyboard.tsx';
import { MenuPopup } from './menu-popup.tsx';
import { themes, useTheme } from './theme.ts';

interface Props {
  label: ReactNode;
  className: string;
  open: (what: Opened) => void;
}

const names = { system: 'System', light: 'Light', dark: 'Dark' };

export default function UserMenu({ label, className, open }: Props) {
  const [theme, chooseTheme] = useTheme();
  const leave = useLeave();
  return (
    <MenuPopup label={label} className={className} side="top">
      <Person />
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

/** Names the person, and leads to their own sessions and keys. A key of the organization has neither. */
function Person() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery({ ...personQuery, enabled: key.person !== null });
  if (key.person === null) return null;
  return (
    <>
      <div className="menu-person">
        <strong>{visible(key.person.name)}</strong>
        <span>{visible(data?.email ?? '')}</span>
        <span>
          {key.role} of {visible(key.organization_name)}
        </span>
      </div>
      <Menu.LinkItem closeOnClick render={<Link to="/account" search={{}} />}>
        <CircleUser className="icon" aria-hidden />
        Your sessions and keys
      </Menu.LinkItem>
      <hr />
    </>
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
