import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { Node } from '../schema/node.js';
import type { RequestContext } from './context.js';
import { readingViewer, visibleTo } from './reading-viewer.js';
import { loadAnyById } from './reads/load.js';

@Resolver()
export class Nodes {
  @Query(() => Node, {
    nullable: true,
    description: 'Whatever has this id; null where nothing has, or nothing that the viewer may see.',
  })
  async node(
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { description: "Stripe's id of the object; an account's is ours." }) id: string,
  ) {
    const viewer = readingViewer(ctx);
    // PostgreSQL has no such character, so nothing has such an id.
    if (id.includes('\0')) return null;
    const { loaders } = ctx;
    const catalogue = await loaders.catalogue();
    return (
      catalogue.product(id) ??
      catalogue.price(id) ??
      (await loadAnyById(ctx, id, visibleTo(viewer), info)) ??
      (await loaders.plan(id)) ??
      loaders.price(id)
    );
  }
}
