import type { Observable } from 'rxjs'
import { interfaceTable } from '../../io/interfaces.js'
import { ipPort, printBipAddress, type IpLinkEvent, type IpOutbound } from '../../transport/ip.js'
import { ipOf, type BipAddress } from '../../values/bip-address.js'
import { printBroadcast } from '../../values/bip-binding.js'
import { ANY_IPV4 } from '../../values/ipv4.js'
import { portService } from '../bvll/port-service.js'
import { socketsOf, socketTable, warnOfBuffer, type SocketTable } from '../bvll/socket-options.js'
import { warn, type Command, type Context } from '../command.js'
import { optional, withDefault, type Option } from '../options.js'
import { serviceCommand, type ServiceDefinition } from '../service.js'
import { checkAddresses, severalAddresses } from './address-check.js'
import { bdtFile } from './bdt-file.js'
import { BindFromText, BroadcastFromText } from './codecs.js'
import { ipNews } from './news.js'
import { reportIpNews } from './report.js'
import { checkIpRoleOptions, ipRoles, ipRoleTable, type IpRoleTable } from './role-options.js'
import { ipCommand } from './stdin.js'

/** The options of a B/IP port. */
export type IpTable = IpRoleTable &
  SocketTable & {
    readonly bind: Option<BipAddress>
    readonly broadcast: Option<BipAddress | undefined>
  }

/** A B/IP port. */
export const ipService: ServiceDefinition<IpTable, IpOutbound, IpLinkEvent> = {
  name: 'ip',
  summary: 'run a BACnet/IP port: an ordinary node, a foreign device or a BBMD',
  options: {
    bind: withDefault(BindFromText, '0.0.0.0:47808', {
      placeholder: 'HOST:PORT',
      help: 'own address, or 0.0.0.0 for all of this host; port 0 picks a free one',
    }),
    broadcast: optional(BroadcastFromText, {
      placeholder: 'HOST[:PORT]',
      help: 'where broadcasts go (default: the broadcast address of the subnet, and the own port)',
    }),
    ...ipRoleTable,
    ...socketTable,
  },
  make: (options, context) => {
    checkIpRoleOptions(options)
    checkAddresses(options, interfaceTable())
    if (options.allowWriteBdt) warn(context, unsafe(options.manager.length > 0))
    const { bdt, keep } = bdtFile(options.bdtFile, options.bdt, context)
    const roles = ipRoles(options, bdt)
    const { bind, broadcast } = options
    const port = ipPort({
      bind: printBipAddress(bind),
      role: roles.first,
      ...socketsOf(options, roles.first._tag),
      ...(broadcast === undefined ? {} : { broadcast: printBroadcast(broadcast) }),
    })

    return portService({
      link: (outbound$: Observable<IpOutbound>) => keep(port(outbound$)),
      news: ipNews(),
      report: reportIpNews,
      bound: ({ address, receiveBuffer }) => {
        if (ipOf(bind) === ANY_IPV4) warnOfSeveral(address, context)
        warnOfBuffer(receiveBuffer, options, context)
      },
      onCommand: status => ipCommand(roles, status),
    })
  },
  readsAtOnce: false,
}

/** `rx-bacnet ip`: runs a B/IP port. */
export const command: Command = serviceCommand(ipService)

const unsafe = (hasManagers: boolean): string =>
  hasManagers
    ? '--allow-write-bdt: whoever can FORGE the address of a --manager can send all broadcasts of this network elsewhere'
    : '--allow-write-bdt: ANYBODY who reaches this port can send all broadcasts of this network elsewhere; name a --manager'

const warnOfSeveral = (address: BipAddress, context: Context): void => {
  const several = severalAddresses(interfaceTable())
  if (several.length === 0) return
  const own = printBipAddress(address)
  warn(
    context,
    `this host is ${several.join(' and ')}; as B/IP address it takes ${own}: name the right one with --bind`,
  )
}
