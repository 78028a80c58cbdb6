import 'reflect-metadata';
import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', {
  description:
    "Anything that `node` finds by its id. Ids are Stripe's own (`sub_…`, `in_…`, `price_…`, `prod_…`, `pm_…`), so that they can be looked up there; an account's is `tga_…`. A product may have an id of the merchant's choosing: read nothing from a prefix.",
  resolveType: (value: { __typename: string }) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: "Stripe's id of the object; an account's is ours." })
  id!: string;
}
