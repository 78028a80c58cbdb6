import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';

type ResolverClass = new () => object;

/** The executable schema of these resolver classes. */
export function buildGraphQLSchema(resolvers: readonly [ResolverClass, ...ResolverClass[]]): GraphQLSchema {
  const instances = new Map<new () => object, object>();
  return buildSchemaSync({
    resolvers: [...resolvers],
    // Scalars and enums are proved by GraphQL; what commands need beyond that is theirs to refuse with a code.
    validate: false,
    // The default container searches a list for every field that is resolved.
    container: {
      get(resolver) {
        const known = instances.get(resolver);
        if (known) return known;
        const made = new resolver() as object;
        instances.set(resolver, made);
        return made;
      },
    },
    // Asked for by TypeGraphQL as soon as there is a subscription; ours bring their own generators.
    pubSub: noTopics,
  });
}

const noTopics: PubSub = {
  publish() {},
  subscribe() {
    throw new Error('Subscriptions here bring their own generators; there are no topics.');
  },
};
