import * as t from 'io-ts'
import { list, shape, value, whole } from './shape.js'

/** The most ports of a box: a router numbers its own from 1 to 255. */
export const MAX_PORTS = 255

/** The most routes that are configured. */
export const MAX_ROUTES = 1024

/** What ports there are. */
export const PORT_TYPES = ['sc-node', 'ip', 'ip6', 'sc-hub'] as const

/** What a port is. */
export type PortType = (typeof PORT_TYPES)[number]

/** The names that ports can have, as a regular expression: those that need no quotes anywhere, nor mean anything in JavaScript. */
export const PORT_NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'

const namePattern = new RegExp(PORT_NAME)

const PortName = value(
  'a name of 1 to 64 letters, digits, dots, hyphens and underscores that begins with a letter or digit',
  (given): given is string => typeof given === 'string' && namePattern.test(given),
)

const PortTypeFromJson = value(`one of ${PORT_TYPES.join(', ')}`, (given): given is PortType =>
  PORT_TYPES.some(type => type === given),
)

const Text = value('text', (given): given is string => typeof given === 'string')

const Flag = value('true or false', (given): given is boolean => typeof given === 'boolean')

/** The lowest and the highest number of a network. */
export const NETWORKS = [1, 65_534] as const

const Network = whole('a network number', ...NETWORKS)

const portKeys = { name: PortName, type: PortTypeFromJson }
const routerPortKeys = { network: Network, id: whole('a port id', 1, MAX_PORTS) }

/** What a port has of its own; the other keys are the options of its type. */
export const OWN_KEYS: ReadonlySet<string> = new Set([...Object.keys(portKeys), ...Object.keys(routerPortKeys)])

const Port = shape('a port', portKeys, routerPortKeys, true)

const Route = shape('a route', { network: Network, port: PortName, via: Text }, {})

const routerKeys = {
  routes: list(Route, 0, MAX_ROUTES),
  home: PortName,
  learnFromTraffic: Flag,
  announcers: list(PortName, 0, MAX_PORTS),
  readers: list(PortName, 0, MAX_PORTS),
  writers: list(PortName, 0, MAX_PORTS),
  apart: list(list(PortName, 2, 2), 0, MAX_ROUTES),
}

const Router = shape('a router', { ports: list(PortName, 2, MAX_PORTS) }, routerKeys)

/** What a port has of its own. */
export interface PortShape {
  readonly name: string
  readonly type: PortType
  readonly network?: number
  readonly id?: number
}

/** A route in a file. */
export interface RouteShape {
  readonly network: number
  readonly port: string
  /** The next router, in the notation of the port. */
  readonly via: string
}

/** What a router is. */
export interface RouterShape {
  readonly ports: readonly string[]
  readonly routes?: readonly RouteShape[]
  readonly home?: string
  readonly learnFromTraffic?: boolean
  /** Ports on which routers are believed that announce routes. */
  readonly announcers?: readonly string[]
  /** Ports on which the routing table may be read. */
  readonly readers?: readonly string[]
  /** Ports on which it may be changed. */
  readonly writers?: readonly string[]
  /** Pairs of ports between which nothing is carried on. */
  readonly apart?: readonly (readonly string[])[]
}

/** What a box is, before the options of its ports are looked at. */
export interface BoxShape {
  readonly ports: readonly PortShape[]
  readonly router?: RouterShape
}

/** What a box is, before the options of its ports are looked at. */
export const Box: t.Type<BoxShape, unknown> = shape(
  'a box',
  { ports: list(Port, 1, MAX_PORTS) },
  { $schema: t.unknown, router: Router },
)
