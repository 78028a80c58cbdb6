/** The people of the development console. org_acme is billed; user_alice acts for it. */
export interface Viewer {
  label: string;
  detail: string;
  user: string;
  org?: string;
  scope?: string;
}

const viewers: [Viewer, ...Viewer[]] = [
  { label: 'user_alice', detail: 'pays for herself', user: 'user_alice' },
  { label: 'user_bob', detail: 'pays for himself', user: 'user_bob' },
  {
    label: 'org_acme',
    detail: 'user_alice acts for the organization',
    user: 'user_alice',
    org: 'org_acme',
    scope: 'billing:write',
  },
];

export { viewers };

const stored = 'tollgate.viewer';

export function rememberedViewer(): Viewer {
  return viewers.find((viewer) => viewer.label === localStorage.getItem(stored)) ?? viewers[0];
}

export function rememberViewer(viewer: Viewer): void {
  localStorage.setItem(stored, viewer.label);
}

/** A fresh token from the gateway's development endpoint, which exists on loopback only. */
export async function tokenOf(viewer: Viewer): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: viewer.user, org: viewer.org, scope: viewer.scope }),
  });
  if (!response.ok) throw new Error(`No token for ${viewer.label}: the gateway answered ${response.status}.`);
  const { token } = (await response.json()) as { token: string };
  return token;
}
