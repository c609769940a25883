import { registerHooks } from 'node:module';

/**
 * From here on, modules of the server that are loaded come without permissions, costs, rules for documents and
 * allowances. The server itself has no such switch: nobody is to find it.
 */
export function takeGuardsAway(): void {
  const without: Readonly<Record<string, readonly [name: string, instead: string]>> = {
    'src/access/permissions.js': ['guard', '(schema) => schema'],
    'src/access/limits.plugin.js': ['costPlugin', '() => ({})'],
    'src/access/document.rules.js': ['documentRules', '[]'],
    'src/access/allowance.service.js': ['Allowances', 'class { async admit() { return { refusal: undefined, headers: {}, cost: undefined, async spend() {} }; } }'],
  };
  registerHooks({
    load(url, context, next) {
      const [, instead] = Object.entries(without).find(([file]) => url.endsWith(`/${file}`)) ?? [];
      if (instead === undefined) return next(url, context);
      const real = JSON.stringify(`${url}?real`);
      return {
        format: 'module',
        shortCircuit: true,
        source: `import * as real from ${real}; export * from ${real}; if (!('${instead[0]}' in real)) throw new Error('there is no ${instead[0]}'); export const ${instead[0]} = ${instead[1]};`,
      };
    },
  });
}
