import { type FieldNode, type GraphQLResolveInfo, type OperationDefinitionNode, visit } from 'graphql';
import type { Statement } from '../../db/reads/compile.js';
import { compileAny, compileRoot, type Root } from '../../db/reads/read.js';
import type { TypeName } from './graph.js';
import { readTree } from './read-tree.js';

type Info = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues' | 'operation' | 'fieldNodes' | 'path'>;
interface Known {
  /** The variables that the selection depends on; those of the field's own arguments are not among them. */
  variables: string[];
  statements: Map<string, Statement>;
}

/** Pages after changing cursors make new statements of the same text; of those that many are kept. */
const MOST = 100;

// Keyed by the parsed operation: whoever keeps documents keeps their statements, too.
const known = new WeakMap<OperationDefinitionNode, Map<string, Known>>();

/** The statement for what the field being resolved selects of `type`; made once for each operation. */
export function statementFor(info: Info, type: TypeName, root: Root): Statement {
  return remembered(info, `${root} ${type}`, () => compileRoot(root, readTree(info, info.fieldNodes, type)));
}

/** The statement that looks for the object that the field being resolved names by an id alone. */
export function statementForAny(info: Info, types: readonly TypeName[], root: 'id' | 'idOfOwner'): Statement {
  const nodes = () => types.map((type) => [type, readTree(info, info.fieldNodes, type)] as const);
  return remembered(info, `${root} any`, () => compileAny(root, nodes()));
}

function remembered(info: Info, what: string, make: () => Statement): Statement {
  let fields = known.get(info.operation);
  if (!fields) {
    fields = new Map();
    known.set(info.operation, fields);
  }
  const place = `${what} ${placeOf(info.path)}`;
  let field = fields.get(place);
  if (!field) {
    field = { variables: variablesIn(info.fieldNodes, info.fragments), statements: new Map() };
    fields.set(place, field);
  }
  const values = field.variables.map((name) => info.variableValues[name]);
  const key = values.length === 0 ? '' : JSON.stringify(values);
  const statement = field.statements.get(key);
  if (statement) return statement;

  const made = make();
  if (field.statements.size >= MOST) field.statements.clear();
  field.statements.set(key, made);
  return made;
}

function placeOf({ key, prev }: Info['path']): string {
  if (!prev) return String(key);
  return typeof key === 'number' ? placeOf(prev) : `${placeOf(prev)}.${key}`;
}

function variablesIn(nodes: readonly FieldNode[], fragments: Info['fragments']): string[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  const look = (node: Parameters<typeof visit>[0]) => {
    visit(node, {
      Variable: ({ name }) => void names.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments[name.value];
        if (!fragment || seen.has(name.value)) return;
        seen.add(name.value);
        look(fragment);
      },
    });
  };
  for (const { selectionSet } of nodes) if (selectionSet) look(selectionSet);
  return [...names];
}
