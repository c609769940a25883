import { defaultFieldResolver, getNullableType, isAbstractType, isListType, isObjectType, type GraphQLFieldResolver, type GraphQLInterfaceType, type GraphQLSchema, type GraphQLTypeResolver } from 'graphql';
import { getMetadataStorage, type MaybePromise } from 'type-graphql';

type Parameter = { kind: string; index: number; name?: string; propertyName?: string; typeOptions?: object };
interface Handler {
  target: Function;
  methodName: string;
  schemaName: string;
  params?: Parameter[];
  middlewares?: unknown[];
  getObjectType?: () => Function;
}
type Call = (source: unknown, args: Record<string, unknown>, context: unknown, info: unknown) => unknown;

/**
 * Replaces what type-graphql made of the resolver classes by plain functions that call the methods as they are.
 * Its own wrappers convert each argument through promises, which costs more than the reads;
 * arguments arrive as graphql-js coerced them, and fields without a method are read from their row.
 * `onList` hears of the length of every list.
 */
export function usePlainResolvers<Context>(schema: GraphQLSchema, onList: (context: Context, length: number) => void): void {
  const storage = getMetadataStorage();
  const typeNames = new Map<Function, string>();
  for (const { target, name } of [...storage.objectTypes, ...storage.interfaceTypes]) typeNames.set(target, name);

  const resolvers = new Map<string, GraphQLFieldResolver<unknown, unknown>>();
  for (const handler of storage.fieldResolvers as unknown as Handler[]) {
    const owner = typeNames.get(handler.getObjectType!())!;
    resolvers.set(`${owner}.${handler.schemaName}`, plain(handler));
  }
  for (const handler of storage.queries as unknown as Handler[]) resolvers.set(`Query.${handler.schemaName}`, plain(handler));
  for (const handler of storage.mutations as unknown as Handler[]) resolvers.set(`Mutation.${handler.schemaName}`, plain(handler));
  for (const handler of storage.subscriptions as unknown as Handler[]) resolvers.set(`Subscription.${handler.schemaName}`, plain(handler));

  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = typeNameOf;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const owners = [type.name, ...type.getInterfaces().map((parent: GraphQLInterfaceType) => parent.name)];
    for (const field of Object.values(type.getFields())) {
      const resolve = owners.map((owner) => resolvers.get(`${owner}.${field.name}`)).find((found) => found !== undefined) ?? (field.name === 'totalCount' ? countOf : undefined);
      field.resolve = isListType(getNullableType(field.type)) ? counting(resolve ?? defaultFieldResolver, onList) : resolve;
    }
    // Rows are plain objects; the interface tells what they are.
    type.isTypeOf = undefined;
  }
}

/** Rows that may be of several types name theirs. At once: the compiled executor waits for no promise here. */
const typeNameOf: GraphQLTypeResolver<unknown, unknown> = (row) => (row as { __typename: string }).__typename;

/** Of a page: counted when it is asked for. The compiled executor takes what it finds, and does not call it. */
const countOf: GraphQLFieldResolver<unknown, unknown> = (page) => (page as { totalCount(): Promise<number> }).totalCount();

function counting<Context>(resolve: GraphQLFieldResolver<unknown, Context>, onList: (context: Context, length: number) => void): GraphQLFieldResolver<unknown, Context> {
  return (source, args, context, info) => {
    const count = (value: unknown): unknown => {
      if (Array.isArray(value)) onList(context, value.length);
      return value;
    };
    const value = resolve(source, args, context, info);
    return value instanceof Promise ? value.then(count) : count(value);
  };
}

const instances = new Map<Function, object>();

function plain(handler: Handler): GraphQLFieldResolver<unknown, unknown> {
  if (handler.middlewares !== undefined && handler.middlewares.length > 0) throw new Error(`${handler.schemaName}: middleware is not called`);
  let instance = instances.get(handler.target);
  if (instance === undefined) instances.set(handler.target, (instance = new (handler.target as new () => object)()));
  const method = (instance as Record<string, (...values: unknown[]) => MaybePromise<unknown>>)[handler.methodName]!.bind(instance);
  const [a, b, c, d, ...more] = [...(handler.params ?? [])].sort((x, y) => x.index - y.index).map(reader);
  if (more.length > 0) {
    const all = [a!, b!, c!, d!, ...more];
    return (source, args, context, info) => method(...all.map((read) => read(source, args, context, info)));
  }
  // Spelt out: a spread costs on fields asked for a thousand times a request.
  if (d) return (s, x, k, i) => method(a!(s, x, k, i), b!(s, x, k, i), c!(s, x, k, i), d(s, x, k, i));
  if (c) return (s, x, k, i) => method(a!(s, x, k, i), b!(s, x, k, i), c(s, x, k, i));
  if (b) return (s, x, k, i) => method(a!(s, x, k, i), b(s, x, k, i));
  if (a) return (s, x, k, i) => method(a(s, x, k, i));
  return () => method();
}

function reader({ kind, name, propertyName }: Parameter): Call {
  if (propertyName === undefined) {
    if (kind === 'root') return (source) => source;
    if (kind === 'context') return (_source, _args, context) => context;
    if (kind === 'args') return (_source, args) => args;
    if (kind === 'info') return (_source, _args, _context, info) => info;
    if (kind === 'arg') return (_source, args) => args[name!];
  }
  throw new Error(`A parameter of kind ${kind} has no plain form`);
}
