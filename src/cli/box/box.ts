import * as E from 'fp-ts/lib/Either.js'
import { macOf, type Mac } from '../../values/mac.js'
import type { Context } from '../command.js'
import { fromConfig, isRecord, withKeys, type Found } from '../options.js'
import type { Report } from '../output.js'
import { UsageError } from '../usage.js'
import { readBoxFile } from './box-file.js'
import { Box as BoxFromJson, OWN_KEYS, type PortShape, type PortType, type RouterShape } from './box-shape.js'
import { clashBetween } from './clashes.js'
import type { OpenedPort } from './opened-port.js'
import { PORT_KINDS, type ReadOptions } from './port-kinds.js'
import { faultIn } from './shape.js'

/** A port of a box, as its file has it. */
export interface BoxPort extends PortShape {
  /** Of the same text when nothing has changed. */
  readonly fingerprint: string
  readonly isRouted: boolean
  readonly isSecure: boolean
  /** Makes it, to be opened once; throws a `UsageError` that names the file and the place in it. */
  readonly make: (context: Context, tell: (report: Report) => void) => OpenedPort
}

/** A route of a box, as its file has it. */
export interface BoxRoute {
  readonly network: number
  readonly port: string
  readonly nextHop: Mac
}

/** The router of a box, as its file has it. */
export interface BoxRouter extends Omit<RouterShape, 'routes'> {
  /** Of the same text when nothing has changed but its ports, routes and home. */
  readonly fingerprint: string
  readonly routes: readonly BoxRoute[]
}

/** A box, as its file has it. */
export interface Box {
  readonly ports: ReadonlyMap<string, BoxPort>
  readonly router: BoxRouter | undefined
}

/** Refuses what is at a place of the file. */
type Refuse = (path: string, reason: string) => never

interface Read {
  readonly path: string
  readonly shape: PortShape
  readonly found: Found
  readonly options: ReadOptions
}

/** Reads the file of a box; throws a {@link UsageError} of one line that names the file and the place in it. */
export const readBox = (file: string, warn: (line: string) => void): Box => {
  const { folder, json } = readBoxFile(file)
  const refuse: Refuse = (path, reason) => {
    throw new UsageError(`${file}: ${path}: ${reason}`)
  }
  const box = BoxFromJson.decode(json)
  if (E.isLeft(box)) throw new UsageError(`${file}: ${faultIn(box.left)}`)
  const { ports: shapes, router } = box.right
  checkAlike(shapes, refuse)
  const given = isRecord(json) && Array.isArray(json['ports']) ? (json['ports'] as readonly unknown[]) : []
  const reads = shapes.map((shape, index): Read => {
    const path = `ports[${index}]`
    const { options, read } = PORT_KINDS[shape.type]
    const found = fromConfig(options, ownKeysLeftOut(given[index]), `${file}: ${path}.`, folder)
    return { path, shape, found, options: read(found, warn) }
  })
  const routed = router === undefined ? [] : checkRouter(router, reads, refuse)
  const clash = clashBetween(
    reads.map(({ path, shape, options }) => ({ path, facts: options.facts, isRouted: routed.includes(shape.name) })),
  )
  if (clash !== undefined) refuse(clash.path, clash.reason)
  if (router?.writers !== undefined && router.writers.length > 0) {
    const where = router.writers.join(', ')
    warn(`${file}: router.writers: ANYBODY who reaches ${where} can send what is routed elsewhere`)
  }
  return {
    ports: new Map(reads.map(read => [read.shape.name, boxPort(file, read, routed.includes(read.shape.name))])),
    router: router && boxRouter(router, reads, refuse),
  }
}

const ownKeysLeftOut = (given: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(isRecord(given) ? given : {}).filter(([key]) => !OWN_KEYS.has(key)))

const checkAlike = (shapes: readonly PortShape[], refuse: Refuse): void => {
  for (const key of ['name', 'network', 'id'] as const) {
    const places = new Map<unknown, number>()
    for (const [index, shape] of shapes.entries()) {
      const value = shape[key]
      if (value === undefined) continue
      const path = `ports[${index}].${key}`
      if (key !== 'name' && shape.type === 'sc-hub')
        refuse(path, 'a hub is no port of a router; a node of it can be one')
      const before = places.get(value)
      if (before !== undefined) refuse(path, `${value} is that of ports[${before}] already`)
      places.set(value, index)
    }
  }
}

/** The names of the ports of the router. */
const checkRouter = (router: RouterShape, reads: readonly Read[], refuse: Refuse): readonly string[] => {
  const types = new Map<string, PortType>(reads.map(({ shape }) => [shape.name, shape.type]))
  for (const [index, name] of router.ports.entries()) {
    const path = `router.ports[${index}]`
    const type = types.get(name)
    if (type === undefined) refuse(path, `there is no port ${name}; there are ${[...types.keys()].join(', ')}`)
    if (type === 'sc-hub') refuse(path, `${name} is a hub; a node of it can be a port of a router`)
    if (router.ports.indexOf(name) < index) refuse(path, `${name} is there already`)
  }
  const checkName = (path: string, name: string): void => {
    if (router.ports.includes(name)) return
    refuse(path, `${name} is no port of the router; there are ${router.ports.join(', ')}`)
  }
  if (router.home !== undefined) checkName('router.home', router.home)
  for (const key of ['announcers', 'readers', 'writers'] as const) {
    for (const [index, name] of (router[key] ?? []).entries()) checkName(`router.${key}[${index}]`, name)
  }
  for (const [index, pair] of (router.apart ?? []).entries()) {
    for (const [place, name] of pair.entries()) checkName(`router.apart[${index}][${place}]`, name)
  }
  for (const [index, { port }] of (router.routes ?? []).entries()) checkName(`router.routes[${index}].port`, port)
  return router.ports
}

const boxPort = (file: string, { path, shape, found, options }: Read, isRouted: boolean): BoxPort => {
  const { type, network, id } = shape
  const texts = [...found]
    .map(([key, given]) => [key, given.map(({ text }) => text)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return {
    ...shape,
    fingerprint: JSON.stringify([type, network, id, isRouted, texts]),
    isRouted,
    isSecure: options.facts.isSecure ?? true,
    make: (context, tell) => {
      try {
        const port = options.make(context, tell)
        return { ...port, check: () => located(file, path, port.check) }
      } catch (error) {
        throw at(file, path, error)
      }
    },
  }
}

const located = (file: string, path: string, check: () => void): void => {
  try {
    check()
  } catch (error) {
    throw at(file, path, error)
  }
}

/** An error about options, with the place of the port in the file. */
const at = (file: string, path: string, error: unknown): unknown => {
  if (!(error instanceof Error) || !['UsageError', 'ConfigurationError'].includes(error.name)) return error
  const message = error.message.replace(/; try: .*$/, '')
  const [, flag, reason] = /^(--[a-z0-9-]+): (.*)$/s.exec(message) ?? []
  const about = flag === undefined ? `${path}: ${withKeys(message)}` : `${path}.${withKeys(flag)}: ${reason ?? ''}`
  return new UsageError(`${file}: ${about}`)
}

const boxRouter = (router: RouterShape, reads: readonly Read[], refuse: Refuse): BoxRouter => {
  const { routes = [], learnFromTraffic, announcers, readers, writers, apart } = router
  const networks = new Map(reads.map(({ shape }) => [shape.network, shape.name]))
  return {
    ...router,
    fingerprint: JSON.stringify([learnFromTraffic, announcers, readers, writers, apart]),
    routes: routes.map(({ network, port, via }, index) => {
      const path = `router.routes[${index}]`
      const type = reads.find(({ shape }) => shape.name === port)?.shape.type ?? 'sc-hub'
      const nextHop = PORT_KINDS[type].notation?.parse(via) ?? E.left('a hub has no routers')
      if (E.isLeft(nextHop)) return refuse(`${path}.via`, nextHop.left)
      const direct = networks.get(network)
      if (direct !== undefined) refuse(`${path}.network`, `${network} is the network of ${direct}`)
      if (routes.findIndex(route => route.network === network) < index) {
        refuse(`${path}.network`, `there is a route to ${network} already`)
      }
      return { network, port, nextHop: macOf(nextHop.right) }
    }),
  }
}
