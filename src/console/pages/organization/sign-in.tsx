// Signs in with a link that was opened, after a question, or else with an API key.
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { dismissLink, linkOwnerQuery, linkToConfirm } from '../../data/session.ts';
import { Mark } from '../../parts/frame/mark.tsx';
import { ConfirmLink } from './confirm-link.tsx';
import { KeyForm } from './key-form.tsx';

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const [link, setLink] = useState(linkToConfirm);
  const forgetLink = () => {
    dismissLink();
    setLink(null);
  };
  const page = next?.startsWith('/') && !next.startsWith('//') ? next : '/';
  return (
    <main className="sign-in">
      <p className="brand">
        <Mark /> Slipway
      </p>
      {link === null ? <KeyForm page={page} /> : <OpenedLink link={link} page={page} forgetLink={forgetLink} />}
    </main>
  );
}

interface OpenedLinkProps {
  link: string;
  /** Where signing in leads to. */
  page: string;
  forgetLink: () => void;
}

/** A link that cannot be used leaves the API key. */
function OpenedLink({ link, page, forgetLink }: OpenedLinkProps) {
  const { data, error } = useQuery(linkOwnerQuery(link));
  if (data?.owner) return <ConfirmLink link={link} owner={data.owner} page={page} forgetLink={forgetLink} />;
  const refusal = data?.refusal ?? error?.message;
  return refusal === undefined ? <p role="status">Reading the link…</p> : <KeyForm page={page} refusal={refusal} />;
}
