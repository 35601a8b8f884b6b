import type { Either } from 'fp-ts/lib/Either.js'
import type { Duplex } from '../../link/duplex.js'
import type { NetworkLink } from '../../network/link/network-link.js'
import { overIp } from '../../network/link/over-ip.js'
import { overIp6 } from '../../network/link/over-ip6.js'
import { overSc } from '../../network/link/over-sc.js'
import { parseStation, printBipAddress, type BipAddress } from '../../values/bip-address.js'
import { parseBip6Vmac, printBip6Vmac, type Bip6Vmac } from '../../values/bip6-vmac.js'
import type { Mac } from '../../values/mac.js'
import { parseDeviceVmac, printVmac, type Vmac } from '../../values/vmac.js'
import type { Context } from '../command.js'
import { ip6Service } from '../ip6/ip6.js'
import { ipService } from '../ip/ip.js'
import { settle, type Found, type OptionTable, type Values } from '../options.js'
import type { Report } from '../output.js'
import { hubService } from '../sc/hub.js'
import { nodeService } from '../sc/node.js'
import type { ServiceDefinition } from '../service.js'
import type { PortType } from './box-shape.js'
import { openedPort, type OpenedPort } from './opened-port.js'
import { ip6Facts, ipFacts, type PortFacts } from './port-facts.js'

/** How the stations of a kind of network are written. */
export interface Notation {
  /** As routes have them: `HOST:PORT` on BACnet/IP, hex elsewhere. */
  readonly via: (mac: Mac) => string
  /** As the events of the port have them. */
  readonly station: (mac: Mac) => string
  /** Reads the address of one station. */
  readonly parse: (text: string) => Either<string, Vmac | BipAddress | Bip6Vmac>
}

/** The options of a port that were read. */
export interface ReadOptions {
  /** What is to be known of it to see that ports are not in each other's way. */
  readonly facts: PortFacts
  /**
   * Makes the port, which reads its files; any number of times, each of which is opened once. Throws a `UsageError` for
   * options that make no sense together.
   */
  readonly make: (context: Context, tell: (report: Report) => void) => OpenedPort
}

/** A kind of port. */
export interface PortKind {
  readonly options: OptionTable
  /** `warn` gets a line for each value outside the range of the standard. */
  readonly read: (found: Found, warn: (line: string) => void) => ReadOptions
  /** Of what a router can have. */
  readonly notation: Notation | undefined
}

const kind = <Table extends OptionTable, Out extends object, In extends { readonly _tag: string }>(
  { options, make }: ServiceDefinition<Table, Out, In>,
  factsOf: (values: Values<Table>) => PortFacts,
  over?: (link: Duplex<Out, In>) => NetworkLink,
  notation?: Notation,
): PortKind => ({
  options,
  read: (found, warn) => {
    const values = settle(options, [found], warn)
    return { facts: factsOf(values), make: (context, tell) => openedPort(make(values, context), over, tell) }
  },
  notation,
})

const bip = (mac: Mac): string => printBipAddress(mac as string as BipAddress)

const hex = (mac: Mac): string => mac

/** All kinds of ports. */
export const PORT_KINDS: Readonly<Record<PortType, PortKind>> = {
  'sc-node': kind(
    nodeService,
    ({ hub, failover, plaintext }) => {
      const hubs = [hub, failover].filter(uri => uri !== undefined)
      return { hubs, isSecure: !plaintext }
    },
    overSc,
    { via: hex, station: mac => printVmac(mac as string as Vmac), parse: parseDeviceVmac },
  ),
  ip: kind(ipService, ipFacts, overIp, { via: bip, station: bip, parse: parseStation }),
  ip6: kind(ip6Service, ip6Facts, overIp6, {
    via: hex,
    station: mac => printBip6Vmac(mac as string as Bip6Vmac),
    parse: parseBip6Vmac,
  }),
  'sc-hub': kind(hubService, ({ listen }) => ({ listen })),
}
