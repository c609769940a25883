import { DropdownMenu, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { ReactElement } from 'react';
import { CallerBox } from './caller-box.js';
import { type Example, examples } from './examples.js';
import icon from './icon.svg';

export function Header(): ReactElement {
  const openExample = useOpenExample();
  return (
    <header className="liendoan-header">
      <h1>
        <img src={icon} alt="" width="24" height="24" />
        Liendoan
      </h1>
      <p lang="vi">Phong trào thi đua, chỉ tiêu và kết quả của công đoàn các cấp</p>
      <CallerBox />
      <nav aria-label="Liendoan">
        <DropdownMenu>
          <DropdownMenu.Button className="liendoan-examples">Examples ▾</DropdownMenu.Button>
          <DropdownMenu.Content>
            {examples.map((example) => (
              <DropdownMenu.Item key={example.title} onSelect={() => openExample(example)}>
                {example.title}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu>
        <button type="button" onClick={openDocs}>
          Docs
        </button>
        <a href="schema.graphql">Schema (SDL)</a>
      </nav>
    </header>
  );
}

/** Through the button in GraphiQL's side bar: the pane's width is its own state, beyond reach of the store. */
function openDocs(): void {
  document.querySelector<HTMLElement>('.graphiql-sidebar [aria-label="Show Documentation Explorer"]')?.click();
}

/** Goes to the tab that still holds the example as it was written, or opens it in a new one. */
function useOpenExample(): (example: Example) => void {
  const { addTab, changeTab } = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  return ({ query, variables }) => {
    const index = tabs.findIndex((tab) => tab.query === query);
    if (index >= 0) return changeTab(index);
    addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables ? JSON.stringify(variables, null, 2) : '');
  };
}
