// The person in the user menu.
import { Menu } from '@base-ui/react/menu';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { CircleUser } from 'lucide-react';
import { visible } from '../../parts/visible-text.ts';
import { personQuery } from './queries.ts';

/** Names the person, and leads to their own sessions and keys. A key of the organization has neither. */
export default function PersonMenu() {
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
