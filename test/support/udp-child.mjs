import { Buffer } from 'node:buffer'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fromEvent, map, takeUntil } from 'rxjs'
import { steadyScheduler } from '../../dist/io/clock.js'
import { ipUdpPort } from '../../dist/io/udp.js'
import { ip6UdpPort } from '../../dist/io/udp6.js'
import { parseBipAddress, printBipAddress } from '../../dist/values/bip-address.js'
import { parseBip6Address, printBip6Address } from '../../dist/values/bip6-address.js'
import { parseIpv6 } from '../../dist/values/ipv6.js'

/*
 * A UDP port as a program, `IP:PORT` or `[IPV6]:PORT GROUP [INTERFACE]`: takes `ADDRESS HEX` and sends it, and prints what
 * it hears as `ADDRESS ARRIVAL HEX`; first of all `bound ADDRESS BROADCAST-ADDRESS`, or its error.
 */
const [bind, group = 'ff02::bac0', name] = process.argv.slice(2)
const [parse, show] = bind.startsWith('[') ? [parseBip6Address, printBip6Address] : [parseBipAddress, printBipAddress]
const options = { bind: parse(bind).right, receiveBuffer: 1 << 20, scheduler: steadyScheduler }
const port = bind.startsWith('[')
  ? ip6UdpPort({ ...options, group: parseIpv6(group).right, interface: name })
  : ipUdpPort(options)

const print = line => process.stdout.write(`${line}\n`)
const lines = createInterface({ input: process.stdin })

fromEvent(lines, 'line')
  .pipe(
    map(line => line.split(' ')),
    map(([to, hex]) => ({ to: parse(to).right, octets: Uint8Array.from(Buffer.from(hex, 'hex')) })),
    takeUntil(fromEvent(lines, 'close')),
    port,
  )
  .subscribe({
    next: event => {
      if (event._tag === 'Received') {
        print(`${show(event.source)} ${event.arrival} ${Buffer.from(event.octets).toString('hex')}`)
      } else if (event._tag === 'Bound') {
        const { address, broadcast, group: to = broadcast } = event.local
        print(`bound ${show(address)} ${to === undefined ? 'none' : show(to)}`)
      } else {
        print(`unsent ${event.reason}`)
      }
    },
    error: ({ message }) => print(`error ${message}`),
  })
