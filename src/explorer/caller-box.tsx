import { type ReactElement, useSyncExternalStore } from 'react';
import { choose, currentChoice, onChoice, paste } from './caller.js';

/** Who asks: a list in development, elsewhere a field for a token. */
export function CallerBox(): ReactElement | null {
  const choice = useSyncExternalStore(onChoice, currentChoice);
  if (choice.kind === 'loading') return null;
  return (
    <label className="liendoan-caller">
      Ask as
      {choice.kind === 'offered' ? (
        <select value={choice.chosen.label} onChange={(event) => choose(event.target.value)} lang="vi">
          {choice.callers.map(({ label }) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      ) : (
        <input
          type="password"
          defaultValue={choice.token}
          onChange={(event) => paste(event.target.value)}
          placeholder="anonymous, or paste a token"
          title="A token or an API key; this tab forgets it when it closes"
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </label>
  );
}
