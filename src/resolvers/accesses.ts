import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access, FeatureGrant } from '../schema/access.js';
import type { AccessView } from './views/access.js';

@Resolver(() => Access)
export class Accesses {
  @FieldResolver(() => FeatureGrant, { nullable: true, description: 'One feature; null when the account lacks it.' })
  feature(
    @Root() { features }: AccessView,
    @Arg('key', () => String, { description: 'The key of the feature.' }) key: string,
  ) {
    return features.find((feature) => feature.key === key) ?? null;
  }
}
