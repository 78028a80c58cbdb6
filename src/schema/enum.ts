import 'reflect-metadata';
import { registerEnumType } from 'type-graphql';

/** Registers a GraphQL enum; every value comes with its description. Its values are their own names. */
export function enumOf<Name extends string>(
  name: string,
  description: string,
  values: Record<Name, string>,
): { readonly [Value in Name]: Value } {
  const names = Object.keys(values) as Name[];
  const members = Object.fromEntries(names.map((value) => [value, value])) as { [Value in Name]: Value };
  registerEnumType(members, {
    name,
    description,
    valuesConfig: Object.fromEntries(names.map((value) => [value, { description: values[value] }])) as {
      [Value in Name]: { description: string };
    },
  });
  return members;
}

/** Stripe's word (`past_due`) as one of ours (`PAST_DUE`); a word that is newer than this schema is `UNKNOWN`. */
export function fromStripe<Name extends string>(
  members: { readonly [Value in Name | 'UNKNOWN']: Value },
  word: string | null | undefined,
): Name | 'UNKNOWN' {
  const name = (word ?? '').toUpperCase();
  return Object.hasOwn(members, name) ? (name as Name) : 'UNKNOWN';
}
