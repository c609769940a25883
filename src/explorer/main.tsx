import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './style.css';
import 'graphiql/setup-workers/vite';

import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from '@graphiql/plugin-doc-explorer';
import { HISTORY_PLUGIN, HistoryStore } from '@graphiql/plugin-history';
import { GraphiQLProvider } from '@graphiql/react';
import { GraphiQL, GraphiQLInterface } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { EditorOptions } from './editor-options.js';
import { examples } from './examples.js';
import { fetcher } from './fetcher.js';
import { Header } from './header.js';

const plugins = [DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN];

// Taken the first time only: afterwards GraphiQL restores the caller's own tabs.
const defaultTabs = examples.map(({ query, variables }) => ({
  query,
  variables: variables ? JSON.stringify(variables, null, 2) : undefined,
}));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// The provider and the stores apart from <GraphiQL>, so that the header above it can reach the tabs.
createRoot(root).render(
  <GraphiQLProvider
    fetcher={fetcher}
    plugins={plugins}
    referencePlugin={DOC_EXPLORER_PLUGIN}
    defaultTabs={defaultTabs}
    defaultQuery=""
    schemaDescription
    inputValueDeprecation
  >
    <HistoryStore>
      <DocExplorerStore>
        <EditorOptions />
        <Header />
        <GraphiQLInterface defaultEditorToolsVisibility={false}>
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
        </GraphiQLInterface>
      </DocExplorerStore>
    </HistoryStore>
  </GraphiQLProvider>,
);
