import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { resolveDirectly } from './direct-resolvers.js';

type ResolverClass = new () => object;

/** The executable schema of these resolver classes. */
export function buildGraphQLSchema(resolvers: readonly [ResolverClass, ...ResolverClass[]]): GraphQLSchema {
  const instances = new Map<ResolverClass, object>();
  const instanceOf = (resolver: ResolverClass) => {
    const known = instances.get(resolver);
    if (known) return known;
    const made = new resolver();
    instances.set(resolver, made);
    return made;
  };
  const schema = buildSchemaSync({
    resolvers: [...resolvers],
    // Scalars and enums are proved by GraphQL; what commands need beyond that is theirs to refuse with a code.
    validate: false,
    // The default container searches a list for every field that is resolved.
    container: { get: (resolver) => instanceOf(resolver as ResolverClass) },
    // Asked for by TypeGraphQL as soon as there is a subscription; ours bring their own generators.
    pubSub: noTopics,
  });
  resolveDirectly(schema, instanceOf);
  return schema;
}

const noTopics: PubSub = {
  publish() {},
  subscribe() {
    throw new Error('Subscriptions here bring their own generators; there are no topics.');
  },
};
