import { Buffer } from 'node:buffer'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setInterval } from 'node:timers'
import { Subject, VirtualTimeScheduler } from 'rxjs'
import { bbmd6, broadcast, foreignDevice6, ip6Port, ordinaryNode, printBip6Address, unicast } from '../../dist/index.js'

/*
 * A B/IPv6 port as a program, of the options `SPEED BIND DEVICE-INSTANCE [bbmd ADDRESS… | foreign ADDRESS]`; SPEED is how
 * much faster than others its clock runs, and `-` is no instance. `* HEX` and `VMAC HEX` send, `end` ends it. It prints
 * `VMAC broadcast HEX` or `VMAC unicast HEX` for what it hears, `has VMAC REGISTRATION`, `listens ADDRESS` and its error.
 */
const [speed, bind, instance, kind, ...addresses] = process.argv.slice(2)
const [first] = addresses
const roles = {
  bbmd: () => bbmd6({ bdt: addresses }),
  foreign: () => foreignDevice6({ bbmd: first }),
}
const role = (roles[kind] ?? ordinaryNode)()
const print = line => process.stdout.write(`${line}\n`)

const TICK = 5
const hastened = () => {
  const scheduler = new VirtualTimeScheduler(undefined, 0)
  setInterval(() => {
    scheduler.maxFrames += TICK * Number(speed)
    scheduler.flush()
    scheduler.frame = scheduler.maxFrames
  }, TICK)
  return { scheduler }
}

const own = instance === '-' ? {} : { deviceInstance: Number(instance) }
const outbound$ = new Subject()
outbound$.pipe(ip6Port({ bind, ...own, role, ...(speed === '1' ? {} : hastened()) })).subscribe({
  next: event => {
    if (event._tag === 'Npdu') {
      const how = event.destination === 'broadcast' ? 'broadcast' : 'unicast'
      print(`${event.source} ${how} ${Buffer.from(event.npdu).toString('hex')}`)
    } else if (event._tag === 'Status') {
      print(`has ${event.status.vmac ?? 'none'} ${event.status.registration?.state ?? ''}`.trim())
    } else if (event._tag === 'Dropped') {
      print(`dropped ${event.reason}`)
    } else if (event._tag === 'Listening') {
      print(`listens ${printBip6Address(event.address)}`)
    } else if (event._tag === 'ForeignDevice') {
      print(`foreign ${printBip6Address(event.address)} ${event.state}`)
    } else if (event._tag === 'VmacConflict') {
      print(`conflict ${event.vmac}`)
    }
  },
  error: ({ message }) => print(`error ${message}`),
})

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') {
    outbound$.complete()
    continue
  }
  const [to, hex] = line.split(' ')
  const npdu = Uint8Array.from(Buffer.from(hex, 'hex'))
  outbound$.next(to === '*' ? broadcast(npdu) : unicast(npdu, to))
}
process.exit()
