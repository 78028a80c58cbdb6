import { invalidRequest } from '../engine/errors.js';

/** `token` and `flag` are matched whole, `string` also in part, `number` is compared. */
export type FieldType = 'token' | 'string' | 'number' | 'flag';

export interface SearchField {
  type: FieldType;
  /** Where the value is in the object; the name of the field without it. */
  path?: string;
}

type Operator = ':' | '~' | '>' | '<' | '>=' | '<=' | '=';
interface Clause {
  negated: boolean;
  /** With `metadata["key"]` the name is `metadata` and `key` is set. */
  name: string;
  key: string | undefined;
  operator: Operator;
  /** null for the unquoted word null. */
  value: string | null;
}
export interface SearchQuery {
  clauses: Clause[];
  any: boolean;
}

const MAX_CLAUSES = 10;
const MIN_SUBSTRING = 3;
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`;
const CLAUSE = new RegExp(
  String.raw`^(-)?([A-Za-z_]\w*(?:\.\w+)*)(?:\[(${QUOTED})\])?\s*(:|~|>=|<=|>|<|=)\s*(${QUOTED}|-?\d+(?:\.\d+)?|null|true|false)(?=\s|$)`,
  'i',
);

/** Stripe's search query language: https://docs.stripe.com/search#search-query-language. 400 for what it is not. */
export function parseSearch(text: string): SearchQuery {
  const clauses: Clause[] = [];
  const joined = new Set<string>();
  let rest = text.trim();
  while (rest !== '') {
    const match = CLAUSE.exec(rest);
    if (!match) throw unreadable();
    const [all, minus, name, key, operator, value] = match as unknown as string[];
    clauses.push({
      negated: minus === '-',
      name: name as string,
      key: key === undefined ? undefined : unquoted(key),
      operator: operator as Operator,
      value: /^null$/i.test(value as string) ? null : unquoted(value as string),
    });
    rest = rest.slice((all as string).length).trim();
    const word = /^(and|or)\s+(?=\S)/i.exec(rest);
    if (word) {
      joined.add((word[1] as string).toLowerCase());
      rest = rest.slice(word[0].length);
    } else if (rest !== '') joined.add('and');
  }
  if (clauses.length === 0) throw unreadable();
  if (joined.size > 1) throw refused('AND and OR cannot be used in the same query.');
  if (clauses.length > MAX_CLAUSES) throw refused(`A query can have up to ${MAX_CLAUSES} clauses.`);
  return { clauses, any: joined.has('or') };
}

/** Whether an object fits; 400 for a field or an operator that the resource does not have. */
export function searchMatcher(
  query: SearchQuery,
  fields: (name: string) => SearchField | undefined,
  resource: string,
): (object: object) => boolean {
  const tests = query.clauses.map((clause) => matcherOf(clause, fields, resource));
  return query.any ? (object) => tests.some((test) => test(object)) : (object) => tests.every((test) => test(object));
}

function matcherOf(clause: Clause, fields: (name: string) => SearchField | undefined, resource: string) {
  const { name, key, operator, value, negated } = clause;
  const isMetadata = name === 'metadata';
  const field: SearchField | undefined = isMetadata ? { type: 'token' } : fields(name);
  if (!field || (key !== undefined) !== isMetadata) {
    const page = resource.replaceAll('_', '');
    throw refused(
      `Field \`${name}\` is an unsupported search field for resource \`${resource}\`. See http://stripe.com/docs/search#query-fields-for-${page} for a list of supported fields.`,
    );
  }
  checkOperator(clause, field);
  const parts = isMetadata ? ['metadata', key as string] : (field.path ?? name).split('.');
  return (object: object) => fits(at(object, parts), operator, value, field.type) !== negated;
}

function checkOperator({ name, operator, value }: Clause, { type }: SearchField): void {
  const compares = operator !== ':' && operator !== '~';
  if (compares && type !== 'number') throw refused(`Field \`${name}\` does not support the operator \`${operator}\`.`);
  if (operator === '~' && type !== 'string') throw refused(`Field \`${name}\` does not support the operator \`~\`.`);
  if (operator !== ':' && value === null) throw refused('null can only be used with the operator `:`.');
  if (operator === '~' && (value ?? '').length < MIN_SUBSTRING) {
    throw refused(`The operator \`~\` needs a value of at least ${MIN_SUBSTRING} characters.`);
  }
  if (type === 'number' && value !== null && !/^-?\d+(\.\d+)?$/.test(value)) {
    throw refused(`Field \`${name}\` is a number; ${value} is none.`);
  }
}

function fits(found: unknown, operator: Operator, value: string | null, type: FieldType): boolean {
  const isThere = found !== undefined && found !== null && found !== '';
  if (value === null) return !isThere;
  if (!isThere) return false;
  if (type === 'number') {
    const [left, right] = [Number(found), Number(value)];
    if (operator === '>') return left > right;
    if (operator === '<') return left < right;
    if (operator === '>=') return left >= right;
    if (operator === '<=') return left <= right;
    return left === right;
  }
  const [text, wanted] = [String(found).toLowerCase(), value.toLowerCase()];
  return operator === '~' ? text.includes(wanted) : text === wanted;
}

const at = (object: object, parts: readonly string[]): unknown =>
  parts.reduce<unknown>((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], object);

const unquoted = (text: string): string => (/^["']/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text);

const refused = (message: string) => invalidRequest(message, { param: 'query' });
const unreadable = () =>
  invalidRequest(
    'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or key:"value" to query for other fields.',
    { param: 'query' },
  );
