// The layering of src/, as a rule of the linter: who may import whom.
import { dirname, relative, resolve } from 'node:path';

/** The rooms, in the order in which they may know of each other: a room imports only rooms above it. */
const ROOMS = ['shared', 'access', 'org-units', 'campaigns', 'ledger', 'targets', 'results', 'live', 'honours', 'sources', 'search', 'analytics', 'exchange'];
/** Browser code: it knows no room, and no room knows it. */
const APART = 'explorer';
/** What stands beside the rooms and may be imported by them, as a type only. */
const TYPES_ONLY = ['src/context', 'src/config'];

const SOURCES = resolve(import.meta.dirname, '..');

/** Why `file` may not import `target` (both relative to the project, without extension); undefined: it may. */
export function whyForbidden(file: string, target: string, typeOnly: boolean): string | undefined {
  const from = placeOf(file);
  const to = placeOf(target);
  if (from === undefined || from === to) return undefined;
  if (to === undefined) return /^(test|bench|lint)\//.test(target) ? 'the server does not know its tests' : undefined;
  if (from === APART || to === APART) return 'the explorer is browser code: it knows no room, and no room knows it';
  for (const place of [from, to]) {
    if (place !== '' && !ROOMS.includes(place)) return `src/${place}/ has no place in the list of rooms (lint/rooms.ts)`;
  }
  if (from === '') return undefined;
  if (to === '') {
    if (TYPES_ONLY.includes(target)) return typeOnly ? undefined : `${target}.ts is imported by rooms as a type only`;
    return `${target}.ts composes the rooms: none of them imports it`;
  }
  return ROOMS.indexOf(to) < ROOMS.indexOf(from) ? undefined : `${from} imports only the rooms above it, and ${to} is below`;
}

/** The room of a file; '' for what composes the rooms; undefined outside both. */
function placeOf(path: string): string | undefined {
  if (path.startsWith('mikro-orm.config')) return '';
  if (!path.startsWith('src/')) return undefined;
  const [, room = '', ...rest] = path.split('/');
  return rest.length === 0 ? '' : room;
}

/** What the rule reads of an ESTree node that names another module. */
interface Importing {
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly specifiers?: readonly { readonly importKind?: string }[];
}

interface RuleContext {
  readonly filename: string;
  report(problem: { node: unknown; message: string }): void;
}

const layering = {
  meta: { type: 'problem', docs: { description: 'A room imports only the rooms above it.' } },
  create(context: RuleContext) {
    const check = ({ source }: Importing, typeOnly: boolean): void => {
      const specifier = source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const file = withoutExtension(relative(SOURCES, context.filename));
      const target = withoutExtension(relative(SOURCES, resolve(dirname(context.filename), specifier)));
      const reason = whyForbidden(file, target, typeOnly);
      if (reason !== undefined) context.report({ node: source, message: `Layering: ${reason}.` });
    };
    return {
      ImportDeclaration: (node: Importing) =>
        check(node, node.importKind === 'type' || (node.specifiers?.length !== 0 && node.specifiers?.every((one) => one.importKind === 'type') === true)),
      ExportNamedDeclaration: (node: Importing) => check(node, node.exportKind === 'type'),
      ExportAllDeclaration: (node: Importing) => check(node, node.exportKind === 'type'),
      ImportExpression: (node: Importing) => check(node, false),
      TSImportType: (node: Importing) => check(node, true),
    };
  },
};

function withoutExtension(path: string): string {
  return path.replaceAll('\\', '/').replace(/\.[cm]?[jt]sx?$/, '');
}

export default { meta: { name: 'rooms' }, rules: { layering } };
