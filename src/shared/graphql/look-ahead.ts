import { getArgumentValues, getNamedType, isObjectType, type FieldNode, type GraphQLField, type GraphQLObjectType, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** A field that a document asks for, and what it asks for beneath it. */
export interface AskedField {
  /** As the answer names it. */
  readonly key: string;
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** Empty for a leaf. */
  readonly fields: readonly AskedField[];
}

type Variables = GraphQLResolveInfo['variableValues'];

const asked = new WeakMap<FieldNode, readonly AskedField[] | null>();

/** Whether the field at hand is all that its operation asks for. */
export function isAlone({ operation: { selectionSet }, fieldNodes }: GraphQLResolveInfo): boolean {
  return fieldNodes.length === 1 && selectionSet.selections.length === 1 && selectionSet.selections[0] === fieldNodes[0];
}

/**
 * What a document asks for beneath the field at hand; null where that cannot be told from the document alone: there are
 * directives, interfaces and unions, or one answer is asked for in several places.
 */
export function fieldsBeneath({ fieldNodes, returnType, fragments }: GraphQLResolveInfo): readonly AskedField[] | null {
  const [node, ...more] = fieldNodes;
  const type = getNamedType(returnType);
  if (node?.selectionSet === undefined || more.length > 0 || !isObjectType(type)) return null;
  let known = asked.get(node);
  if (known === undefined) asked.set(node, (known = node.directives?.length ? null : read(type, node.selectionSet, fragments)));
  return known;
}

/** The arguments of a field; null where they are wrong, which the field itself will say. */
export function argumentsOf<Args extends object>({ field, node }: AskedField, variables: Variables): Args | null {
  try {
    return getArgumentValues(field, node, variables) as Args;
  } catch {
    return null;
  }
}

function read(type: GraphQLObjectType, { selections }: SelectionSetNode, fragments: GraphQLResolveInfo['fragments']): AskedField[] | null {
  const found = new Map<string, AskedField>();
  const add = (set: SelectionSetNode): boolean =>
    set.selections.every((selection) => {
      if (selection.directives?.length) return false;
      if (selection.kind === 'FragmentSpread') {
        const fragment = fragments[selection.name.value];
        return fragment?.typeCondition.name.value === type.name && add(fragment.selectionSet);
      }
      if (selection.kind === 'InlineFragment') {
        return (selection.typeCondition === undefined || selection.typeCondition.name.value === type.name) && add(selection.selectionSet);
      }
      const [name, key] = [selection.name.value, (selection.alias ?? selection.name).value];
      if (name === '__typename') return true;
      const field = type.getFields()[name];
      if (field === undefined || found.has(key)) return false;
      const beneath = getNamedType(field.type);
      const fields = selection.selectionSet === undefined ? [] : isObjectType(beneath) ? read(beneath, selection.selectionSet, fragments) : null;
      if (fields !== null) found.set(key, { key, name, field, node: selection, fields });
      return fields !== null;
    });
  return add({ kind: 'SelectionSet', selections } as SelectionSetNode) ? [...found.values()] : null;
}
