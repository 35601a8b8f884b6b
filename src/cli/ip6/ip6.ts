import { interface6Table } from '../../io/interfaces6.js'
import {
  ip6Port,
  printBip6Address,
  printBip6Vmac,
  type Bip6Vmac,
  type Ip6LinkEvent,
  type Ip6Outbound,
} from '../../transport/ip6.js'
import { ip6Of } from '../../values/bip6-address.js'
import { BACNET_GROUP, GroupFromText } from '../../values/bip6-group.js'
import { OwnBip6VmacFromText } from '../../values/bip6-vmac.js'
import type { Duration } from '../../values/duration.js'
import { ANY_IPV6, printIpv6, type Ipv6 } from '../../values/ipv6.js'
import { portService } from '../bvll/port-service.js'
import { socketsOf, socketTable, warnOfBuffer, type SocketTable } from '../bvll/socket-options.js'
import { warn, type Command } from '../command.js'
import { countFromText, lineFromText } from '../option-codecs.js'
import { optional, withDefault, type Option } from '../options.js'
import { secondsOption } from '../seconds-option.js'
import { serviceCommand, type ServiceDefinition } from '../service.js'
import { UsageError } from '../usage.js'
import { checkedInterface, doubtsAbout } from './address-check.js'
import { Bind6FromText, InstanceFromText, type Binding6 } from './codecs.js'
import { ip6News } from './news.js'
import { reportIp6News } from './report.js'
import { checkIp6RoleOptions, ip6Roles, ip6RoleTable, type Ip6RoleTable } from './role-options.js'
import { ip6Command } from './stdin.js'

/** The options of a B/IPv6 port. */
export type Ip6Table = Ip6RoleTable &
  SocketTable & {
    readonly bind: Option<Binding6>
    readonly interface: Option<string | undefined>
    readonly group: Option<Ipv6>
    readonly hops: Option<number | undefined>
    readonly vmac: Option<Bip6Vmac | undefined>
    readonly deviceInstance: Option<Bip6Vmac | undefined>
    readonly vmacTtl: Option<Duration>
  }

/** A B/IPv6 port. */
export const ip6Service: ServiceDefinition<Ip6Table, Ip6Outbound, Ip6LinkEvent> = {
  name: 'ip6',
  summary: 'run a BACnet/IPv6 port: an ordinary node, a foreign device or a BBMD',
  options: {
    bind: withDefault(Bind6FromText, '[::]:47808', {
      placeholder: '[ADDR]:PORT',
      help: 'own address, or [::] for the best of one interface; port 0 picks a free one',
    }),
    interface: optional(lineFromText('name', 64), {
      placeholder: 'NAME',
      help: 'where multicasts go and come from, such as eth0 (default: that of --bind; for [::], the first that others reach)',
    }),
    group: withDefault(GroupFromText, printIpv6(BACNET_GROUP), {
      placeholder: 'ADDR',
      help: 'multicast group that broadcasts go to, at the own port; all nodes of a network need the same',
    }),
    hops: optional(countFromText('number of links', 1, 255), {
      placeholder: 'COUNT',
      help: 'links that a multicast may cross (default: 1 for a group of one link such as ff02::bac0, 64 for others)',
    }),
    vmac: optional(OwnBip6VmacFromText, {
      placeholder: 'VMAC',
      help: 'own VMAC: a device instance as hex, or one from 400000 to 7fffff to be tried first (default: random)',
    }),
    deviceInstance: optional(InstanceFromText, {
      placeholder: 'NUMBER',
      help: 'own device instance, from 0 to 4194302, which is the VMAC then',
    }),
    vmacTtl: secondsOption('300', 'how long it is known where a VMAC is that is not seen again'),
    ...ip6RoleTable,
    ...socketTable,
  },
  make: (options, context) => {
    checkIp6RoleOptions(options)
    const name = checkedInterface(options, interface6Table())
    const { bind, group, hops, vmacTtl } = options
    const vmac = vmacOf(options)
    const roles = ip6Roles(options)

    return portService({
      link: ip6Port({
        bind: printBip6Address(bind.address),
        group: printIpv6(group),
        role: roles.first,
        limits: { vmacTtl },
        ...socketsOf(options, roles.first._tag),
        ...(name === undefined ? {} : { interface: name }),
        ...(hops === undefined ? {} : { hops }),
        ...(vmac === undefined ? {} : { vmac: printBip6Vmac(vmac) }),
      }),
      news: ip6News(),
      report: reportIp6News,
      bound: ({ address, role, receiveBuffer }) => {
        const isWildcard = ip6Of(bind.address) === ANY_IPV6
        const chosen = { address, role, isWildcard, isNamed: name !== undefined }
        for (const doubt of doubtsAbout(chosen, interface6Table())) warn(context, doubt)
        warnOfBuffer(receiveBuffer, options, context)
      },
      onCommand: status => ip6Command(roles, status),
    })
  },
  readsAtOnce: false,
}

/** `rx-bacnet ip6`: runs a B/IPv6 port. */
export const command: Command = serviceCommand(ip6Service)

/** The VMAC that is wanted. */
const vmacOf = ({
  vmac,
  deviceInstance,
}: {
  readonly vmac: Bip6Vmac | undefined
  readonly deviceInstance: Bip6Vmac | undefined
}): Bip6Vmac | undefined => {
  if (vmac !== undefined && deviceInstance !== undefined) {
    throw new UsageError('--vmac and --device-instance: the device instance is the VMAC')
  }
  return vmac ?? deviceInstance
}
