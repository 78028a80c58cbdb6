import {
  type GraphQLArgument,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';

type Take = (...resolved: Parameters<GraphQLFieldResolver<unknown, unknown>>) => unknown;
type Param = ReturnType<typeof getMetadataStorage>['params'][number];

/**
 * Field resolvers that take the parent, the context, the info and scalar arguments are called by GraphQL itself.
 * TypeGraphQL 2.0.0-rc.4 awaits each argument for its validation, which we leave off, so that every list below such a
 * field is completed a promise at a time; see docs/benchmarks.md. All else stays as TypeGraphQL made it.
 */
export function resolveDirectly(schema: GraphQLSchema, instanceOf: (resolver: new () => object) => object): void {
  const storage = getMetadataStorage();
  const typeNames = new Map(storage.objectTypes.map(({ target, name }) => [target, name]));
  for (const { kind, target, methodName, schemaName, getObjectType } of storage.fieldResolvers) {
    const type = kind === 'external' && getObjectType && schema.getType(typeNames.get(getObjectType()) ?? '');
    const field = type instanceof GraphQLObjectType ? type.getFields()[schemaName] : undefined;
    if (!field) continue;
    const params = storage.params
      .filter((param) => param.target === target && param.methodName === methodName)
      .sort((a, b) => a.index - b.index);
    const takes = params.map((param) => takeOf(param, field.args));
    if (!takes.every((take) => take !== null)) continue;
    const instance = instanceOf(target as new () => object) as Record<string, (...given: unknown[]) => unknown>;
    field.resolve = (root, args, context, info) =>
      instance[methodName]?.(...takes.map((take) => take(root, args, context, info)));
  }
}

/** Null for what TypeGraphQL has to convert. */
function takeOf(param: Param, args: readonly GraphQLArgument[]): Take | null {
  switch (param.kind) {
    case 'root':
      return param.propertyName ? null : (root) => root;
    case 'context':
      return param.propertyName ? null : (_root, _args, context) => context;
    case 'info':
      return (_root, _args, _context, info) => info;
    case 'arg': {
      const { name } = param;
      const argument = args.find((each) => each.name === name);
      const type = argument && getNamedType(argument.type);
      return type && isLeafType(type) ? (_root, given) => given[name] : null;
    }
    default:
      return null;
  }
}
