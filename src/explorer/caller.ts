/** Someone to ask as; without a token: anonymous. */
export interface Caller {
  readonly label: string;
  readonly token: string | null;
}

/** Who asks: one of those that a development server offers, or whoever a pasted token names. */
export type Choice =
  | { readonly kind: 'loading' }
  | { readonly kind: 'offered'; readonly callers: readonly Caller[]; readonly chosen: Caller }
  | { readonly kind: 'pasted'; readonly token: string };

// A label only; a token stays with its tab.
const CHOSEN = 'liendoan:caller';
const PASTED = 'liendoan:token';

let choice: Choice = { kind: 'loading' };
let loaded: Promise<void> | undefined;
const listeners = new Set<() => void>();

export const currentChoice = (): Choice => choice;

export function onChoice(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function choose(label: string): void {
  if (choice.kind !== 'offered') return;
  localStorage.setItem(CHOSEN, label);
  set(offered(choice.callers));
}

export function paste(text: string): void {
  const token = text.trim().replace(/^bearer\s+/i, '');
  if (token === '') sessionStorage.removeItem(PASTED);
  else sessionStorage.setItem(PASTED, token);
  set({ kind: 'pasted', token });
}

/** The header of whoever asks; the first request waits until that is known. */
export async function authorization(): Promise<Record<string, string>> {
  await (loaded ??= load());
  const token = choice.kind === 'offered' ? choice.chosen.token : choice.kind === 'pasted' ? choice.token : null;
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** The tokens of a page that stays open expire: whether there are others now. */
export async function renew(): Promise<boolean> {
  if (choice.kind !== 'offered') return false;
  const before = choice.chosen.token;
  await (loaded = load());
  return choice.kind === 'offered' && choice.chosen.token !== before;
}

async function load(): Promise<void> {
  try {
    const response = await fetch('development/callers');
    if (response.ok) return set(offered((await response.json()) as Caller[]));
  } catch {
    // As where there is no such list: outside development.
  }
  set({ kind: 'pasted', token: sessionStorage.getItem(PASTED) ?? '' });
}

function offered(callers: readonly Caller[]): Choice {
  const label = localStorage.getItem(CHOSEN);
  const chosen = callers.find((caller) => caller.label === label) ?? callers[0];
  return chosen === undefined ? { kind: 'pasted', token: '' } : { kind: 'offered', callers, chosen };
}

function set(next: Choice): void {
  choice = next;
  for (const listener of listeners) listener();
}
