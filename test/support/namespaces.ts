import { execFile, execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { promisify } from 'node:util'
import { threadId } from 'node:worker_threads'
import { expect, vi } from 'vitest'

/*
 * Networks of our own in network namespaces of Linux: hosts with a shell and a kernel each, and nothing of them in the
 * network of this machine.
 */

/** A program that runs inside a namespace. */
export type Inside = ChildProcessByStdio<Writable, Readable, Readable>

/** A host with a network stack of its own. */
export interface NamespaceHost {
  /** Its address, as `10.71.1.5`; that of its first subnet. */
  readonly ip: string
  /** In a lab with IPv6: its address there, as `fd71:0:0:1::5` for that. It has a link-local one besides. */
  readonly ip6: string
  /** Runs a program to its end, which must come within 5 seconds; resolves with what it printed. */
  readonly run: (command: string, ...args: readonly string[]) => Promise<string>
  /** Starts a program; it is killed with the lab. */
  readonly start: (command: string, ...args: readonly string[]) => Inside
}

/** Subnets that are joined by one router. */
export interface NamespaceLab {
  /** It has an interface for each subnet, of the same name, on which all of the subnet can be captured. */
  readonly router: NamespaceHost
  /**
   * A host on a subnet, whose router is its way to all others; `number` is the last octet of its address. The router is
   * host 1, and one that passes broadcasts on when that was asked for.
   */
  readonly host: (name: string, subnet: string, number: number) => Promise<NamespaceHost>
  /** Plugs a host into another subnet as well, as that number; resolves with the name that its interface has there. */
  readonly join: (host: NamespaceHost, subnet: string, number: number) => Promise<string>
  /** A host on a link of its own to another, its only way out: 10.72.N.5, with the other as 10.72.N.1. */
  readonly behind: (other: NamespaceHost, name: string, number: number) => Promise<NamespaceHost>
  /** A host that is on no subnet yet. */
  readonly alone: (name: string) => Promise<NamespaceHost>
  /** Ends all that runs in it, and takes it down. */
  readonly remove: () => Promise<void>
}

/** What a lab is made of. */
export interface NamespaceLabOptions {
  /** The subnets by name, as `10.71.1`: each is a /24. */
  readonly subnets: Readonly<Record<string, string>>
  /** Whether the router passes broadcasts to the hosts of another subnet. Default false. */
  readonly directedBroadcasts?: boolean
  /** Whether there is IPv6 as well, with a /64 for each subnet. Default false. */
  readonly ipv6?: boolean
}

const LONGEST_MS = 5000
/** The MAC address of a router on each of its subnets. */
const ROUTER_MAC = '02:00:00:00:00:01'
const ip = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('ip', [...args], { timeout: LONGEST_MS })).stdout

/** The start of the names of all our namespaces: runs beside this one have others. */
const OURS = `rxb-${process.pid}-${threadId}`
const names = new Set<string>()
let labs = 0
let isWatched = false

const add = async (name: string): Promise<void> => {
  if (!isWatched) process.once('exit', removeAll)
  isWatched = true
  names.add(name)
  await ip('netns', 'add', name)
  await ip('-n', name, 'link', 'set', 'lo', 'up')
}

/** Sets something of a namespace. Not by `sysctl`, which small systems do not have. */
const set = async (name: string, what: string, value: number): Promise<void> => {
  await ip('netns', 'exec', name, 'sh', '-c', `echo ${value} > /proc/sys/net/${what}`)
}

/** Lets addresses be used at once, without asking around for a second whether others have them. */
const trustAddresses = async (name: string): Promise<void> => {
  for (const which of ['all', 'default']) await set(name, `ipv6/conf/${which}/accept_dad`, 0)
}

/** The IPv6 address that stands for an IPv4 address: `fd71:0:0:1::5` for 10.71.1.5, `fd68:0:0:1::5` for 192.168.1.5. */
const ip6For = (address: string): string => {
  const [, site = '', subnet = '', host = ''] = address.split('.')
  return `fd${site.slice(-2)}:0:0:${subnet}::${host}`
}

const remove = async (name: string): Promise<void> => {
  await ip('netns', 'del', name).catch(() => undefined)
  names.delete(name)
}

/** What is left when a test run is broken off. */
const removeAll = (): void => {
  for (const name of names) {
    try {
      execFileSync('ip', ['netns', 'del', name], { timeout: LONGEST_MS, stdio: 'ignore' })
    } catch {
      // The next one may still go.
    }
  }
}

/** Whether networks can be made here, with IPv6 or without; if not, why, in words to skip a test with. */
export const whyNoNamespaces = async (ipv6 = false): Promise<string | undefined> => {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  const name = `${OURS}-probe`
  try {
    await add(name)
    await ip('-n', name, 'link', 'add', 'bridge', 'type', 'bridge')
    await ip('-n', name, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other')
    await set(name, 'ipv4/ip_forward', 1)
    if (ipv6) {
      await trustAddresses(name)
      await ip('-n', name, 'addr', 'add', 'fd71::1/64', 'dev', 'one')
    }
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT'
      ? 'there is no command ip (iproute2) here'
      : `network namespaces are not allowed here: ${message.trim().split('\n').at(-1) ?? ''}`
  } finally {
    await remove(name)
  }
}

/** Makes the subnets and their router. What was made is taken down when the rest fails. */
export const namespaceLab = async ({
  subnets,
  directedBroadcasts = false,
  ipv6 = false,
}: NamespaceLabOptions): Promise<NamespaceLab> => {
  const prefix = `${OURS}-${++labs}`
  const own: string[] = []
  const running = new Set<Inside>()
  const hosts = new Map<NamespaceHost, string>()
  let joints = 0

  const make = async (name: string, address = ''): Promise<NamespaceHost> => {
    const namespace = `${prefix}-${name}`
    own.push(namespace)
    await add(namespace)
    if (ipv6) await trustAddresses(namespace)
    const host: NamespaceHost = {
      ip: address,
      ip6: ip6For(address),
      run: async (command, ...args) =>
        (await promisify(execFile)('ip', ['netns', 'exec', namespace, command, ...args], { timeout: LONGEST_MS }))
          .stdout,
      start: (command, ...args) => {
        // `ip netns exec` becomes the program, so that a signal to it is one to the program.
        const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], { stdio: 'pipe' })
        running.add(child)
        child.once('close', () => running.delete(child))
        return child
      },
    }
    hosts.set(host, namespace)
    return host
  }

  const address = async (namespace: string, inner: string, ip4: string): Promise<void> => {
    await ip('-n', namespace, 'addr', 'add', `${ip4}/24`, 'broadcast', '+', 'dev', inner)
    if (ipv6) await ip('-n', namespace, 'addr', 'add', `${ip6For(ip4)}/64`, 'dev', inner)
    await ip('-n', namespace, 'link', 'set', inner, 'up')
  }

  /** Programs are not shown the address while the kernel has not yet seen that the link is up. */
  const up = async (namespace: string, inner: string): Promise<void> => {
    await vi.waitFor(async () => expect(await ip('-n', namespace, 'link', 'show', inner)).toContain(' state UP '), {
      timeout: LONGEST_MS,
      interval: 10,
    })
  }

  const plug = async (namespace: string, inner: string, own: string, gateway: string): Promise<void> => {
    await address(namespace, inner, own)
    await ip('-n', namespace, 'route', 'add', 'default', 'via', gateway)
    if (ipv6) await ip('-n', namespace, 'route', 'add', 'default', 'via', ip6For(gateway))
    await up(namespace, inner)
  }

  /** An interface of a host on a subnet, which it has no address on yet. */
  const wire = async (namespace: string, inner: string, subnet: string, outer: string): Promise<string> => {
    const net = subnets[subnet]
    if (net === undefined) throw new Error(`there is no subnet ${subnet}`)
    await ip('-n', router, 'link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', namespace)
    await ip('-n', router, 'link', 'set', outer, 'master', subnet, 'up')
    return net
  }

  const removeLab = async (): Promise<void> => {
    const ended = [...running].map(child => new Promise(resolve => child.once('close', resolve)))
    for (const child of running) child.kill('SIGKILL')
    await Promise.race([Promise.all(ended), new Promise(resolve => setTimeout(resolve, LONGEST_MS).unref())])
    await Promise.all(own.map(remove))
  }

  const router = `${prefix}-router`
  const makeRouter = async (): Promise<NamespaceHost> => {
    const made = await make('router')
    await set(router, 'ipv4/ip_forward', 1)
    if (ipv6) await set(router, 'ipv6/conf/all/forwarding', 1)
    for (const [name, net] of Object.entries(subnets)) {
      // Else it is that of the lowest of its hosts, and becomes another one with a new host: nobody then finds the router.
      await ip('-n', router, 'link', 'add', name, 'address', ROUTER_MAC, 'type', 'bridge')
      await address(router, name, `${net}.1`)
      if (directedBroadcasts) await set(router, `ipv4/conf/${name}/bc_forwarding`, 1)
    }
    if (directedBroadcasts) await set(router, 'ipv4/conf/all/bc_forwarding', 1)
    return made
  }

  return {
    router: await makeRouter().catch(async (error: unknown) => {
      await removeLab()
      throw error
    }),
    alone: make,
    host: async (name, subnet, number) => {
      const host = await make(name, `${subnets[subnet] ?? ''}.${number}`)
      const namespace = `${prefix}-${name}`
      const net = await wire(namespace, 'eth0', subnet, `v-${name}`)
      await plug(namespace, 'eth0', host.ip, `${net}.1`)
      return host
    },
    join: async (host, subnet, number) => {
      const namespace = hosts.get(host) ?? ''
      const inner = `eth${++joints}`
      const net = await wire(namespace, inner, subnet, `j-${joints}`)
      await address(namespace, inner, `${net}.${number}`)
      await up(namespace, inner)
      return inner
    },
    behind: async (other, name, number) => {
      const host = await make(name, `10.72.${number}.5`)
      const outer = hosts.get(other) ?? ''
      const namespace = `${prefix}-${name}`
      await ip('-n', outer, 'link', 'add', `v-${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
      await address(outer, `v-${name}`, `10.72.${number}.1`)
      await plug(namespace, 'eth0', host.ip, `10.72.${number}.1`)
      return host
    },
    remove: removeLab,
  }
}
