import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** GraphiQL has no setting for these: it names Fira Code for its editors, and does not wrap long lines. */
export function EditorOptions(): null {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const responseEditor = useGraphiQL((state) => state.responseEditor);
  useEffect(() => {
    const fontFamily = getComputedStyle(document.documentElement).getPropertyValue('--liendoan-mono');
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor])
      editor?.updateOptions({ fontFamily, fontSize: 14, wordWrap: 'on' });
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}
