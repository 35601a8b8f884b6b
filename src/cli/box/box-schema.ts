import { flagOf, type Option, type OptionTable } from '../options.js'
import type { JsonSchema } from '../option-codecs.js'
import { MAX_PORTS, MAX_ROUTES, NETWORKS, PORT_NAME, PORT_TYPES, type PortType } from './box-shape.js'
import { PORT_KINDS } from './port-kinds.js'

/** The JSON Schema (draft 2020-12) of the file of a box, made of the tables that its options are read by. */
export const boxSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A box of rx-bacnet',
  description: 'What "rx-bacnet run" runs. Paths count from the folder of the file; durations are in seconds.',
  ...closed(
    {
      $schema: { type: 'string' },
      ports: { type: 'array', minItems: 1, maxItems: MAX_PORTS, items: { $ref: '#/$defs/port' } },
      router: { $ref: '#/$defs/router' },
    },
    ['ports'],
  ),
  $defs: {
    name: { type: 'string', pattern: PORT_NAME },
    network: { type: 'integer', minimum: NETWORKS[0], maximum: NETWORKS[1] },
    port: {
      type: 'object',
      required: ['name', 'type'],
      properties: { name: NAME, type: { enum: PORT_TYPES } },
      allOf: PORT_TYPES.map(type => ({
        if: { properties: { type: { const: type } } },
        then: { $ref: `#/$defs/${type}` },
      })),
    },
    ...Object.fromEntries(PORT_TYPES.map(type => [type, portSchema(type)])),
    router: routerSchema,
  },
})

const closed = (properties: JsonSchema, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const NAME: JsonSchema = { $ref: '#/$defs/name' }

const names = (minItems: number, maxItems: number, description: string): JsonSchema => ({
  description,
  type: 'array',
  minItems,
  maxItems,
  items: NAME,
})

const portSchema = (type: PortType): JsonSchema => {
  const { options, notation } = PORT_KINDS[type]
  const ofRouter = {
    network: { ...NETWORK, description: 'number of its network (default: learned from a router that is there)' },
    id: {
      description: 'number in routing tables that are read over the network (default: the lowest that is free)',
      type: 'integer',
      minimum: 1,
      maximum: MAX_PORTS,
    },
  }
  const own = { name: NAME, type: { const: type }, ...(notation === undefined ? {} : ofRouter) }
  return closed({ ...own, ...optionSchemas(options), ...groupSchemas(options) }, ['name', 'type'])
}

const NETWORK: JsonSchema = { $ref: '#/$defs/network' }

const optionSchemas = (table: OptionTable): JsonSchema =>
  Object.fromEntries(Object.entries(table).map(([key, option]) => [key, optionSchema(key, option)]))

const optionSchema = (key: string, { kind, schema, help, fallback, placeholder }: Option<unknown>): JsonSchema => ({
  description: [help, ...(placeholder === '' ? [] : [`as ${flagOf(key)} ${placeholder}`])].join('; '),
  ...(kind === 'list' ? { anyOf: [{ type: 'array', items: schema }, schema] } : schema),
  ...(fallback === undefined ? {} : { default: defaultOf(fallback, schema) }),
})

const defaultOf = (fallback: string, { type }: JsonSchema): unknown =>
  type === 'integer' || type === 'number' ? Number(fallback) : fallback

/** Options that may also stand together in an object, such as `tls`. */
const groupSchemas = (table: OptionTable): JsonSchema => {
  const groups = new Set(Object.values(table).flatMap(({ group }) => group ?? []))
  return Object.fromEntries(
    [...groups].map(name => {
      const members = Object.fromEntries(Object.entries(table).filter(([, { group }]) => group === name))
      return [name, closed(optionSchemas(members), [])]
    }),
  )
}

const routerSchema: JsonSchema = closed(
  {
    ports: names(2, MAX_PORTS, 'the ports that it carries NPDUs between'),
    routes: {
      description: 'routes that are always there',
      type: 'array',
      maxItems: MAX_ROUTES,
      items: closed(
        {
          network: NETWORK,
          port: NAME,
          via: { type: 'string', description: 'the next router: HOST:PORT on BACnet/IP, a VMAC elsewhere' },
        },
        ['network', 'port', 'via'],
      ),
    },
    home: { ...NAME, description: 'the port whose network the box itself is a station of (default: the first)' },
    learnFromTraffic: {
      description: 'learn routes from what comes through them, too, and not only where they are announced',
      type: 'boolean',
      default: true,
    },
    announcers: names(0, MAX_PORTS, 'ports on which routers are believed that announce routes (default: all)'),
    readers: names(0, MAX_PORTS, 'ports on which the routing table may be read (default: all)'),
    writers: names(0, MAX_PORTS, 'ports on which ANYBODY may change the routing table (default: none)'),
    apart: {
      description: 'pairs of ports between which nothing is carried on',
      type: 'array',
      maxItems: MAX_ROUTES,
      items: names(2, 2, 'two ports'),
    },
  },
  ['ports'],
)
