import { filter, map, pipe, ReplaySubject, switchMap, take, tap, type Observable } from 'rxjs'
import { interfaceTable } from '../../io/interfaces.js'
import { trace } from '../../link/trace.js'
import { usualReceiveBuffer } from '../../transport/ip-bounds.js'
import { ipPort, printBipAddress, type IpLinkEvent, type IpOutbound } from '../../transport/ip.js'
import { ipOf } from '../../values/bip-address.js'
import { printBroadcast } from '../../values/bip-binding.js'
import { seconds } from '../../values/duration.js'
import { ANY_IPV4 } from '../../values/ipv4.js'
import { defineCommand, warn, type Command, type Context } from '../command.js'
import { countFromText } from '../option-codecs.js'
import { optional, toggle, withDefault } from '../options.js'
import { runDuplex } from '../run-duplex.js'
import { witness } from '../witness.js'
import { checkAddresses, severalAddresses } from './address-check.js'
import { bdtFile } from './bdt-file.js'
import { BindFromText, BroadcastFromText } from './codecs.js'
import { ipNews, type IpNews } from './news.js'
import { reportIpNews } from './report.js'
import { checkRoleOptions, ipRoles, roleTable } from './role-options.js'
import { ipLine } from './stdin.js'

/** What waits to be sent at the end has 2 s; nothing else is waited for. */
const PATIENCE = seconds(3)

/** `rx-bacnet ip`: runs a B/IP port. */
export const command: Command = defineCommand({
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
    ...roleTable,
    receiveBuffer: optional(countFromText('number of octets', 2048, 1 << 30), {
      placeholder: 'OCTETS',
      help: `what may wait to be read (default: ${usualReceiveBuffer('OrdinaryNode')}, with --bbmd ${usualReceiveBuffer('Bbmd')})`,
    }),
    reuseAddress: toggle('share address and port with other programs, of which only one gets each unicast'),
  },
  run: (options, context) => {
    checkRoleOptions(options)
    checkAddresses(options, interfaceTable())
    if (options.allowWriteBdt) warn(context, unsafe(options.manager.length > 0))
    const { bdt, keep } = bdtFile(options.bdtFile, options.bdt, context)
    const roles = ipRoles(options, bdt)
    const { bind, broadcast, reuseAddress, receiveBuffer = usualReceiveBuffer(roles.first._tag) } = options
    // A node that nobody floods does well with what systems grant by default; who asks for more, or forwards, wants it.
    const needed = options.bbmd ? receiveBuffer : (options.receiveBuffer ?? 0)
    const status = witness(
      pipe(
        filter((event: IpLinkEvent) => event._tag === 'Status'),
        map(event => event.status),
      ),
    )
    const link = trace(
      ipPort({
        bind: printBipAddress(bind),
        role: roles.first,
        receiveBuffer,
        reuseAddress,
        ...(broadcast === undefined ? {} : { broadcast: printBroadcast(broadcast) }),
      }),
      { inbound: status.see },
    )
    const bound$ = new ReplaySubject<void>(1)
    const noteBound = (news: IpNews): void => {
      if (news._tag !== 'Bound') return
      warningsAbout(news, ipOf(bind) === ANY_IPV4, needed, context)
      bound$.next()
    }
    // What is typed is read only then, so that nothing is answered before it is told that the port listens.
    const line$ = bound$.pipe(
      take(1),
      switchMap(() => context.line$),
    )

    return runDuplex({
      duplex: (outbound$: Observable<IpOutbound>) => keep(link(outbound$)).pipe(ipNews(), tap(noteBound)),
      context: { ...context, line$ },
      json: options.json,
      report: reportIpNews,
      onLine: ipLine(roles, status.latest),
      patience: PATIENCE,
    })
  },
})

const unsafe = (hasManagers: boolean): string =>
  hasManagers
    ? '--allow-write-bdt: whoever can FORGE the address of a --manager can send all broadcasts of this network elsewhere'
    : '--allow-write-bdt: ANYBODY who reaches this port can send all broadcasts of this network elsewhere; name a --manager'

type Bound = Extract<IpNews, { readonly _tag: 'Bound' }>

const warningsAbout = (
  { address, receiveBuffer }: Bound,
  isWildcard: boolean,
  asked: number,
  context: Context,
): void => {
  const several = isWildcard ? severalAddresses(interfaceTable()) : []
  if (several.length > 0) {
    const own = printBipAddress(address)
    warn(
      context,
      `this host is ${several.join(' and ')}; as B/IP address it takes ${own}: name the right one with --bind`,
    )
  }
  if (receiveBuffer < asked / 2) {
    const remedy = 'allow more (Linux: sysctl net.core.rmem_max), or ask for less with --receive-buffer'
    warn(
      context,
      `only ${receiveBuffer} of ${asked} octets may wait to be read, so that bursts can get lost; ${remedy}`,
    )
  }
}
