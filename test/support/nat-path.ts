import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Inside, NamespaceHost, NamespaceLab } from './namespaces.js'

const RELAY = fileURLToPath(new URL('./udp-relay.mjs', import.meta.url))

/** What lies on a path that translates addresses. */
export interface NatPathOptions {
  /** The host outside whose address the client gets: `IP:PORT`, with the port. */
  readonly outside: NamespaceHost
  readonly port: number
  /** What the client inside calls without having heard of it first: `IP:PORT`. It may answer whoever calls it. */
  readonly peers: readonly string[]
  /** The port of the client to which all that comes from outside goes, also before the client has called anybody. */
  readonly forwardTo?: number
}

/** All subnets of a lab, for which the inner half of the router stands. */
const EVERYBODY_OUTSIDE = '10.71.0.0/16'

/**
 * A client behind a router that translates addresses as a NAT does, made of two programs and no firewall: its datagrams
 * leave from the address of a host outside, and what comes to that is for it. It sees the addresses of its peers as they
 * are, and they do not see its own. `number` tells its network from those of others.
 */
export const natPath = async (
  lab: NamespaceLab,
  name: string,
  number: number,
  { outside, port, peers, forwardTo }: NatPathOptions,
): Promise<NamespaceHost> => {
  const inside = await lab.alone(`${name}-nat`)
  const client = await lab.behind(inside, name, number)
  // All addresses outside are its own here, so that it hears what is sent to them, and may answer as them.
  await inside.run('ip', 'route', 'add', 'local', EVERYBODY_OUTSIDE, 'dev', 'lo', 'table', 'local')
  const known = forwardTo === undefined ? '-' : `${client.ip}:${forwardTo}`
  const inner = inside.start(process.execPath, RELAY, 'inside', known, ...peers)
  const outer = outside.start(process.execPath, RELAY, 'outside', '-', `${outside.ip}:${port}`)
  inner.stdout.pipe(outer.stdin)
  outer.stdout.pipe(inner.stdin)
  await Promise.all([inner, outer].map(ready))
  return client
}

const ready = async ({ stderr }: Inside): Promise<void> => {
  const [said] = (await once(stderr, 'data')) as [Buffer]
  if (!said.toString().startsWith('ready')) throw new Error(`the relay failed: ${said.toString()}`)
}
