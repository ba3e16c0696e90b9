// The switcher's menu: a person's organizations, and a link to each namespace's overview.
import { Menu } from '@base-ui/react/menu';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouteContext, useRouter } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '../../data/api.ts';
import { personQuery } from '../../data/people-queries.ts';
import { say } from '../toasts/toasts.tsx';
import { visible } from '../visible-text.ts';
import { followAccount } from './account.ts';
import { MenuPopup } from './menu-popup.tsx';

interface Props {
  label: ReactNode;
  className: string;
  namespaces: readonly { namespace_id: string; namespace_name: string }[];
  current: string | undefined;
}

export default function SwitcherMenu({ label, className, namespaces, current }: Props) {
  return (
    <MenuPopup label={label} className={className} side="bottom">
      <Organizations />
      <div className="menu-title">Namespaces</div>
      {namespaces.map(({ namespace_id, namespace_name }) => (
        <Menu.LinkItem
          key={namespace_id}
          closeOnClick
          render={<Link to="/n/$namespace" params={{ namespace: namespace_id }} search={{}} />}
        >
          <span className="icon">{namespace_id === current && <Check className="icon" aria-label="Current" />}</span>
          {namespace_name}
        </Menu.LinkItem>
      ))}
      <hr />
      <Menu.LinkItem closeOnClick render={<Link to="/" search={{ all: true }} />}>
        <span className="icon" />
        All namespaces
      </Menu.LinkItem>
    </MenuPopup>
  );
}

/** Switches a person who is a member of several organizations. */
function Organizations() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery({ ...personQuery, enabled: key.person !== null });
  const queries = useQueryClient();
  const router = useRouter();
  const { mutate } = useMutation({
    mutationFn: (organization_id: string) => api.post('/v1/person/switch', { body: { organization_id } }),
    onSuccess: () => followAccount(queries, router),
    onError: ({ message }) => say(message),
  });
  if (data === undefined || data.organizations.length < 2) return null;
  return (
    <>
      <Menu.RadioGroup value={key.organization_id} onValueChange={(id: string) => mutate(id)} aria-label="Organization">
        <div className="menu-title">Organizations</div>
        {data.organizations.map(({ name, organization_id: id }) => (
          <Menu.RadioItem key={id} value={id} closeOnClick>
            <Check className="icon checked" aria-hidden />
            {visible(name)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <hr />
    </>
  );
}
