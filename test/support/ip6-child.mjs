import { Buffer } from 'node:buffer'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { Subject } from 'rxjs'
import { bbmd6, broadcast, foreignDevice6, ip6Port, ordinaryNode, unicast } from '../../dist/index.js'

/*
 * A B/IPv6 port as a program, of the options `BIND DEVICE-INSTANCE [bbmd ADDRESS… | foreign ADDRESS]`. `* HEX` and `VMAC HEX`
 * send; it prints `VMAC broadcast HEX` or `VMAC unicast HEX` for what it hears, `has VMAC REGISTRATION` and its error.
 */
const [bind, instance, kind, ...addresses] = process.argv.slice(2)
const [first] = addresses
const roles = {
  bbmd: () => bbmd6({ bdt: addresses }),
  foreign: () => foreignDevice6({ bbmd: first }),
}
const role = (roles[kind] ?? ordinaryNode)()
const print = line => process.stdout.write(`${line}\n`)

const outbound$ = new Subject()
outbound$.pipe(ip6Port({ bind, deviceInstance: Number(instance), role })).subscribe({
  next: event => {
    if (event._tag === 'Npdu') {
      const how = event.destination === 'broadcast' ? 'broadcast' : 'unicast'
      print(`${event.source} ${how} ${Buffer.from(event.npdu).toString('hex')}`)
    } else if (event._tag === 'Status') {
      print(`has ${event.status.vmac ?? 'none'} ${event.status.registration?.state ?? ''}`.trim())
    } else if (event._tag === 'Dropped') {
      print(`dropped ${event.reason}`)
    }
  },
  error: ({ message }) => print(`error ${message}`),
})

for await (const line of createInterface({ input: process.stdin })) {
  const [to, hex] = line.split(' ')
  const npdu = Uint8Array.from(Buffer.from(hex, 'hex'))
  outbound$.next(to === '*' ? broadcast(npdu) : unicast(npdu, to))
}
process.exit()
