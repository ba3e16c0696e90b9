// Lists the types that Pydantic 2 and Python's library define, with Pydantic's JSON Schema for each.
import type { JsonObject } from '../../contract/json.ts';

/** Says whether a schema is of values that are read, or of those that are written. */
export type SchemaMode = 'validation' | 'serialization';

const text: JsonObject = { type: 'string' };
const integer: JsonObject = { type: 'integer' };
const number: JsonObject = { type: 'number' };
const password: JsonObject = { type: 'string', format: 'password', writeOnly: true };
const url: JsonObject = { type: 'string', format: 'uri', minLength: 1 };
const hosts: JsonObject = { type: 'string', format: 'multi-host-uri', minLength: 1 };

function formats(names: string): Record<string, JsonObject> {
  return Object.fromEntries(
    names.split(' ').map((entry) => {
      const [name = '', format = ''] = entry.split('=');
      return [name, { type: 'string', format }];
    }),
  );
}

function all(names: string, schema: JsonObject): Record<string, JsonObject> {
  return Object.fromEntries(names.split(' ').map((name) => [name, schema]));
}

const schemas: Record<string, JsonObject> = {
  ...all('str Text StrictStr ImportString complex', text),
  ...all('int StrictInt', integer),
  ...all('float StrictFloat FiniteFloat', number),
  ...all('bool StrictBool', { type: 'boolean' }),
  ...all('Any object Hashable JsonValue', {}),
  ...all('bytes StrictBytes', { type: 'string', format: 'binary' }),
  ...formats(
    'date=date PastDate=date FutureDate=date datetime=date-time PastDatetime=date-time FutureDatetime=date-time AwareDatetime=date-time NaiveDatetime=date-time time=time timedelta=duration',
  ),
  ...formats(
    'UUID=uuid UUID1=uuid1 UUID3=uuid3 UUID4=uuid4 UUID5=uuid5 UUID6=uuid6 UUID7=uuid7 UUID8=uuid8 Pattern=regex EmailStr=email NameEmail=name-email',
  ),
  ...formats(
    'Path=path PurePath=path PosixPath=path PurePosixPath=path NewPath=path SocketPath=path FilePath=file-path DirectoryPath=directory-path Base64Bytes=base64 Base64Str=base64 Base64UrlBytes=base64url Base64UrlStr=base64url',
  ),
  ...formats(
    'IPv4Address=ipv4 IPv6Address=ipv6 IPv4Network=ipv4network IPv6Network=ipv6network IPv4Interface=ipv4interface IPv6Interface=ipv6interface IPvAnyAddress=ipvanyaddress IPvAnyNetwork=ipvanynetwork IPvAnyInterface=ipvanyinterface',
  ),
  ...all('SecretStr SecretBytes', password),
  ...all(
    'AnyUrl AnyHttpUrl FileUrl FtpUrl AnyWebsocketUrl CockroachDsn AmqpDsn RedisDsn KafkaDsn MySQLDsn MariaDBDsn ClickHouseDsn SnowflakeDsn',
    url,
  ),
  ...all('HttpUrl WebsocketUrl', { ...url, maxLength: 2083 }),
  ...all('PostgresDsn MongoDsn NatsDsn', hosts),
  PositiveInt: { type: 'integer', exclusiveMinimum: 0 },
  NegativeInt: { type: 'integer', exclusiveMaximum: 0 },
  NonNegativeInt: { type: 'integer', minimum: 0 },
  NonPositiveInt: { type: 'integer', maximum: 0 },
  PositiveFloat: { type: 'number', exclusiveMinimum: 0 },
  NegativeFloat: { type: 'number', exclusiveMaximum: 0 },
  NonNegativeFloat: { type: 'number', minimum: 0 },
  NonPositiveFloat: { type: 'number', maximum: 0 },
  PaymentCardNumber: { type: 'string', minLength: 12, maxLength: 19 },
  Decimal: { anyOf: [number, text] },
  Fraction: { anyOf: [number, { type: 'string', format: 'fraction' }] },
  ByteSize: { anyOf: [text, { type: 'integer', minimum: 0 }] },
  AnyStr: { anyOf: [{ type: 'string', format: 'binary' }, text] },
  NoneType: { type: 'null' },
};

/** Types that are written differently. */
const written: Record<string, JsonObject> = {
  Decimal: text,
  Fraction: { type: 'string', format: 'fraction' },
  ByteSize: { type: 'integer', minimum: 0 },
};

const byName = new Map(Object.entries(schemas));
const writtenByName = new Map(Object.entries(written));

export function namedSchema(name: string, mode: SchemaMode): JsonObject | undefined {
  return (mode === 'serialization' ? writtenByName.get(name) : undefined) ?? byName.get(name);
}

/** Types that hold other values, by the form of their JSON. */
export const containers: ReadonlyMap<string, 'array' | 'set' | 'tuple' | 'map' | 'counter'> = new Map([
  ...'list List Sequence MutableSequence Iterable Generator deque Deque'
    .split(' ')
    .map((name) => [name, 'array'] as const),
  ...'set Set frozenset FrozenSet AbstractSet MutableSet'.split(' ').map((name) => [name, 'set'] as const),
  ...'tuple Tuple'.split(' ').map((name) => [name, 'tuple'] as const),
  ...'dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict'
    .split(' ')
    .map((name) => [name, 'map'] as const),
  ...'Counter'.split(' ').map((name) => [name, 'counter'] as const),
]);

/** Functions that make a constrained type, with the type that they constrain; undefined for the first argument's own. */
export const constrained: ReadonlyMap<string, string> = new Map([
  ['constr', 'str'],
  ['conint', 'int'],
  ['confloat', 'float'],
  ['condecimal', 'Decimal'],
  ['conbytes', 'bytes'],
  ['condate', 'date'],
  ['conlist', 'list'],
  ['conset', 'set'],
  ['confrozenset', 'frozenset'],
]);

/** Types that add nothing to their parameter's JSON Schema. */
export const transparent: ReadonlySet<string> = new Set(
  'Final Required NotRequired ReadOnly SkipValidation InstanceOf Secret InitVar SerializeAsAny'.split(' '),
);

const modules =
  /^(?:builtins|typing|typing_extensions|collections|collections\.abc|datetime|decimal|uuid|enum|pathlib|ipaddress|re|fractions|types|dataclasses|annotated_types|pydantic(?!\.v1)(?:\.\w+)*)$/;

/** Returns the last part of a name from one of the modules above; undefined for other modules' names. */
export function knownName(origin: string): string | undefined {
  const dot = origin.lastIndexOf('.');
  return dot > 0 && modules.test(origin.slice(0, dot)) ? origin.slice(dot + 1) : undefined;
}
