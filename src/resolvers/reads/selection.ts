import {
  type FieldNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  isAbstractType,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

export type SelectionInfo = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/** One response key of a selection. */
export interface SelectedField {
  responseName: string;
  name: string;
  args: Record<string, unknown>;
  nodes: readonly FieldNode[];
}

/** The fields that these nodes select of a type, as GraphQL's execution will find them. */
export function selectedFields(
  info: SelectionInfo,
  nodes: readonly FieldNode[],
  type: GraphQLObjectType,
): SelectedField[] {
  const found = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const { selectionSet } of nodes) if (selectionSet) collect(info, selectionSet, type, found, visited);
  const fields = type.getFields();
  return [...found].flatMap(([responseName, fieldNodes]) => {
    const node = fieldNodes[0] as FieldNode;
    const field: GraphQLField<unknown, unknown> | undefined = fields[node.name.value];
    if (!field) return []; // __typename
    const args = getArgumentValues(field, node, info.variableValues);
    return [{ responseName, name: field.name, args, nodes: fieldNodes }];
  });
}

function collect(
  info: SelectionInfo,
  { selections }: SelectionSetNode,
  type: GraphQLObjectType,
  found: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const selection of selections) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.if === false) continue;
    if (selection.kind === 'Field') {
      const key = selection.alias?.value ?? selection.name.value;
      const nodes = found.get(key);
      if (nodes) nodes.push(selection);
      else found.set(key, [selection]);
      continue;
    }
    if (selection.kind === 'FragmentSpread') {
      if (visited.has(selection.name.value)) continue;
      visited.add(selection.name.value);
    }
    const fragment = selection.kind === 'FragmentSpread' ? info.fragments[selection.name.value] : selection;
    if (!fragment) continue;
    const condition = fragment.typeCondition ? typeFromAST(info.schema, fragment.typeCondition) : type;
    const applies = condition === type || (isAbstractType(condition) && info.schema.isSubType(condition, type));
    if (applies) collect(info, fragment.selectionSet, type, found, visited);
  }
}
