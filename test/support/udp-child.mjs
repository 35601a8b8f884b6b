import { Buffer } from 'node:buffer'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { Subject, VirtualTimeScheduler } from 'rxjs'
import { ipUdpPort } from '../../dist/io/udp.js'
import { ip6UdpPort } from '../../dist/io/udp6.js'
import { parseBipAddress, printBipAddress } from '../../dist/values/bip-address.js'
import { parseBip6Address, printBip6Address } from '../../dist/values/bip6-address.js'
import { parseIpv6 } from '../../dist/values/ipv6.js'

/*
 * UDP ports as a program. `NAME bind IP:PORT` or `NAME bind [IPV6]:PORT GROUP [INTERFACE]` opens one, and `NAME ADDRESS HEX`
 * sends with it. `NAME look` lets the time pass until it has looked at the addresses of the host once more. Prints what it
 * hears as `NAME ADDRESS ARRIVAL HEX`; first of all `NAME bound ADDRESS BROADCAST-ADDRESS`, or its error.
 */
const LOOK = 10_000
const ports = new Map()

const open = (name, bind, group = 'ff02::bac0', interfaceName = undefined) => {
  const isIpv6 = bind.startsWith('[')
  const [parse, show] = isIpv6 ? [parseBip6Address, printBip6Address] : [parseBipAddress, printBipAddress]
  const scheduler = new VirtualTimeScheduler(undefined, 0)
  const options = { bind: parse(bind).right, receiveBuffer: 1 << 20, scheduler }
  const port = isIpv6
    ? ip6UdpPort({ ...options, group: parseIpv6(group).right, interface: interfaceName })
    : ipUdpPort(options)
  const print = line => process.stdout.write(`${name} ${line}\n`)
  const outbound$ = new Subject()
  const look = () => {
    scheduler.maxFrames += LOOK
    scheduler.flush()
  }
  ports.set(name, (to, hex) =>
    to === 'look' ? look() : outbound$.next({ to: parse(to).right, octets: Uint8Array.from(Buffer.from(hex, 'hex')) }),
  )
  outbound$.pipe(port).subscribe({
    next: event => {
      if (event._tag === 'Received') {
        print(`${show(event.source)} ${event.arrival} ${Buffer.from(event.octets).toString('hex')}`)
      } else if (event._tag === 'Bound') {
        const { address, broadcast, group: to = broadcast } = event.local
        print(`bound ${show(address)} ${to === undefined ? 'none' : show(to)}`)
      } else {
        print(`${event._tag.toLowerCase()} ${event.reason}`)
      }
    },
    error: ({ message }) => print(`error ${message}`),
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split(' ')
  if (words[0] === 'bind') open(name, ...words.slice(1))
  else ports.get(name)?.(...words)
}
process.exit()
