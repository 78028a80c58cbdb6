/**
 * Turns the typings of the installed Stripe SDK into JSON Schema.
 *
 * Stripe generates those typings from its own OpenAPI description, so for the SDK's API version they describe every
 * resource, request body, route and event without a word from us. Wire conventions: `Decimal` is a string,
 * `deleted?: void` means that the property must be absent, an open enum (`'a' | OtherString`) keeps the literals
 * that this version knows.
 */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export type JsonSchema = { [keyword: string]: unknown };
export interface Route {
  method: string;
  path: string;
  resource: string;
  fn: string;
  params: JsonSchema;
  response: JsonSchema;
}
export interface SchemaBundle {
  sdk: string;
  apiVersion: string;
  routes: Route[];
  events: Record<string, JsonSchema>;
  $defs: Record<string, JsonSchema>;
}

const F = ts.TypeFlags;
const EMPTY_OBJECT: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

/** @param stripeFolder the installed package, e.g. `node_modules/stripe`. Takes about two seconds. */
export function generateSchemas(stripeFolder: string): SchemaBundle {
  const esm = path.join(stripeFolder, 'esm');
  const files = typingsUnder(path.join(esm, 'resources'));
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    types: [],
  });
  const translate = new Translation(program.getTypeChecker(), esm);
  const routes: Route[] = [];
  const events: Record<string, JsonSchema> = {};
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`The compiler did not load ${file}`);
    const requests = requestsMadeBy(fs.readFileSync(file.replace(/\.d\.ts$/, '.js'), 'utf8'));
    ts.forEachChild(source, (node) => {
      if (ts.isClassDeclaration(node) && node.name?.text.endsWith('Resource')) {
        routes.push(...translate.routes(node, requests));
      }
      if (ts.isTypeAliasDeclaration(node) && node.name.text === 'Event' && file.endsWith('/Events.d.ts')) {
        Object.assign(events, translate.events(node));
      }
    });
  }
  const version = /ApiVersion = '([^']+)'/.exec(fs.readFileSync(path.join(esm, 'apiVersion.js'), 'utf8'))?.[1];
  if (!version) throw new Error('The SDK does not say its API version where it used to');
  const { version: sdk } = JSON.parse(fs.readFileSync(path.join(stripeFolder, 'package.json'), 'utf8'));
  return { sdk, apiVersion: version, routes, events, $defs: translate.$defs };
}

function typingsUnder(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'V2' ? [] : typingsUnder(file);
    return entry.name.endsWith('.d.ts') && entry.name !== 'index.d.ts' ? [file] : [];
  });
}

/** Method name to HTTP method and path, read from the compiled resource: the typings do not hold them. */
function requestsMadeBy(js: string): Map<string, { method: string; path: string }> {
  const call = /^ {4}(?:async )?(\w+)\([^)]*\) \{\n(?:.*\n)*?.*?_makeRequest\('(\w+)', (?:`([^`]*)`|'([^']*)')/gm;
  const found = new Map<string, { method: string; path: string }>();
  for (const [, fn, method, template, plain] of js.matchAll(call)) {
    const url = (template ?? plain ?? '').replace(/\$\{(?:encodeURIComponent\()?(\w+)\)?\}/g, '{$1}');
    if (fn && method) found.set(fn, { method, path: url });
  }
  return found;
}

class Translation {
  readonly $defs: Record<string, JsonSchema> = {};
  private readonly names = new Map<ts.Type, string>();

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly root: string,
  ) {}

  routes(resource: ts.ClassDeclaration, requests: Map<string, { method: string; path: string }>): Route[] {
    return resource.members.flatMap((member) => {
      if (!ts.isMethodDeclaration(member) || !ts.isIdentifier(member.name)) return [];
      const fn = member.name.text;
      const request = requests.get(fn);
      const response = member.type && ts.isTypeReferenceNode(member.type) && this.response(member.type);
      if (!request || !response) return [];
      const params = member.parameters.find((p) => ts.isIdentifier(p.name) && p.name.text === 'params');
      return [
        {
          ...request,
          resource: resource.name?.text.replace(/Resource$/, '') ?? '',
          fn,
          params: params
            ? this.schema(this.checker.getNonNullableType(this.checker.getTypeAtLocation(params)))
            : EMPTY_OBJECT,
          response,
        },
      ];
    });
  }

  events(union: ts.TypeAliasDeclaration): Record<string, JsonSchema> {
    const all = this.checker.getTypeAtLocation(union);
    const property = (type: ts.Type, name: string) => {
      const symbol = type.getProperty(name);
      if (!symbol) throw new Error(`An event type has no '${name}'`);
      return this.checker.getTypeOfSymbol(symbol);
    };
    return Object.fromEntries(
      (all.isUnion() ? all.types : [all]).map((type) => {
        const name = property(type, 'type');
        if (!name.isStringLiteral()) throw new Error('An event type has no literal name');
        return [name.value, this.schema(property(property(type, 'data'), 'object'))];
      }),
    );
  }

  private response(type: ts.TypeReferenceNode): JsonSchema | undefined {
    const wrapper = type.typeName.getText();
    const inner = type.typeArguments?.[0];
    if (!inner) return undefined;
    if (wrapper === 'ApiListPromise' || wrapper === 'ApiSearchResultPromise') {
      const search = wrapper === 'ApiSearchResultPromise';
      return {
        type: 'object',
        properties: {
          object: { enum: [search ? 'search_result' : 'list'] },
          data: { type: 'array', items: this.schema(this.checker.getTypeFromTypeNode(inner)) },
          has_more: { type: 'boolean' },
          url: { type: 'string' },
          ...(search && { next_page: { type: ['string', 'null'] }, total_count: { type: 'number' } }),
        },
        required: ['object', 'data', 'has_more', 'url'],
        additionalProperties: false,
      };
    }
    if (wrapper !== 'Promise' || !ts.isTypeReferenceNode(inner) || inner.typeName.getText() !== 'Response') {
      return undefined;
    }
    const answered = inner.typeArguments?.[0];
    return answered && this.schema(this.checker.getTypeFromTypeNode(answered));
  }

  private schema(type: ts.Type): JsonSchema {
    if (['Decimal', 'DecimalImpl'].includes((type.aliasSymbol ?? type.symbol)?.name ?? '')) {
      return { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' };
    }
    if (type.flags & (F.Any | F.Unknown)) return {};
    if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] };
    if (type.flags & F.BooleanLiteral) return { enum: [this.checker.typeToString(type) === 'true'] };
    if (type.flags & F.Null) return { type: 'null' };
    if (type.flags & (F.String | F.TemplateLiteral)) return { type: 'string' };
    if (type.flags & F.Number) return { type: 'number' };
    if (type.flags & F.Boolean) return { type: 'boolean' };
    if (type.isUnion()) return this.union(type.types);
    if (isOtherString(type)) return { type: 'string' };
    if (this.checker.isArrayType(type)) {
      const [item] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: item ? this.schema(item) : {} };
    }
    if (type.flags & (F.Object | F.Intersection)) return this.object(type);
    throw new Error(`No schema for the type ${this.checker.typeToString(type)}`);
  }

  private union(types: ts.Type[]): JsonSchema {
    const literals: unknown[] = [];
    const rest: JsonSchema[] = [];
    const booleans = types.filter((t) => t.flags & F.BooleanLiteral);
    if (booleans.length === 2) rest.push({ type: 'boolean' });
    else rest.push(...booleans.map((t) => this.schema(t)));
    for (const type of types) {
      if (type.flags & (F.Undefined | F.Void | F.BooleanLiteral) || isOtherString(type)) continue;
      if (type.isStringLiteral() || type.isNumberLiteral()) literals.push(type.value);
      else if (type.flags & F.Null) literals.push(null);
      else rest.push(this.schema(type));
    }
    if (literals.length > 0) rest.unshift({ enum: literals });
    return rest.length === 1 && rest[0] ? rest[0] : { anyOf: rest };
  }

  private object(type: ts.Type): JsonSchema {
    const known = this.names.get(type);
    if (known) return { $ref: `#/$defs/${known}` };
    const base = this.nameOf(type);
    if (!base) return this.properties(type);
    let name = base;
    for (let i = 2; this.$defs[name]; i += 1) name = `${base}~${i}`;
    this.names.set(type, name);
    this.$defs[name] = {}; // reserved first: the types are recursive
    this.$defs[name] = this.properties(type);
    return { $ref: `#/$defs/${name}` };
  }

  private properties(type: ts.Type): JsonSchema {
    const index = this.checker.getIndexInfosOfType(type)[0];
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      const property = this.checker.getTypeOfSymbol(symbol);
      const absent = (t: ts.Type) => (t.flags & (F.Void | F.Undefined)) !== 0;
      if (absent(property) || (property.isUnion() && property.types.every(absent))) continue;
      if (property.getCallSignatures().length > 0) continue;
      properties[symbol.name] = this.schema(property);
      if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
    }
    return {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      additionalProperties: index ? this.schema(index.type) : false,
    };
  }

  private nameOf(type: ts.Type): string | undefined {
    const symbol = type.aliasSymbol ?? type.symbol;
    const declaration = symbol?.declarations?.[0];
    if (!symbol || !declaration || symbol.name.startsWith('__')) return undefined;
    const file = path.relative(this.root, declaration.getSourceFile().fileName);
    const parts = [symbol.name];
    for (let n: ts.Node | undefined = declaration.parent; n; n = n.parent) {
      if (ts.isModuleDeclaration(n)) parts.unshift(n.name.text);
    }
    const given = type.aliasTypeArguments ?? this.checker.getTypeArguments(type as ts.TypeReference) ?? [];
    const args = given.map((a) => a.aliasSymbol?.name ?? a.symbol?.name ?? this.checker.typeToString(a));
    const folder = file.replace(/^resources\//, '').replace(/\.d\.ts$/, '');
    return `${folder}:${parts.join('.')}${args.length > 0 ? `<${args.join(',')}>` : ''}`
      .replaceAll('/', '.')
      .replace(/[^\w.:<>,-]/g, '_');
  }
}

/** Stripe's open enums carry `string & {}` beside their literals. */
function isOtherString(type: ts.Type): boolean {
  return type.isIntersection() && type.types.some((part) => (part.flags & F.String) !== 0);
}
