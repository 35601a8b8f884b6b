import { Buffer } from 'node:buffer'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fromEvent, map, takeUntil } from 'rxjs'
import { steadyScheduler } from '../../dist/io/clock.js'
import { ipUdpPort } from '../../dist/io/udp.js'
import { parseBipAddress, printBipAddress } from '../../dist/values/bip-address.js'

/*
 * A UDP port as a program: takes `IP:PORT HEX` and sends it, and prints what it hears as `IP:PORT ARRIVAL HEX`; first of
 * all `bound IP:PORT BROADCAST-IP:PORT`.
 */
const at = text => parseBipAddress(text).right
const print = line => process.stdout.write(`${line}\n`)
const lines = createInterface({ input: process.stdin })

fromEvent(lines, 'line')
  .pipe(
    map(line => line.split(' ')),
    map(([to, hex]) => ({ to: at(to), octets: Uint8Array.from(Buffer.from(hex, 'hex')) })),
    takeUntil(fromEvent(lines, 'close')),
    ipUdpPort({ bind: at(process.argv[2]), receiveBuffer: 1 << 20, scheduler: steadyScheduler }),
  )
  .subscribe({
    next: event => {
      if (event._tag === 'Received') {
        print(`${printBipAddress(event.source)} ${event.arrival} ${Buffer.from(event.octets).toString('hex')}`)
      } else if (event._tag === 'Bound') {
        const { address, broadcast } = event.local
        print(`bound ${printBipAddress(address)} ${broadcast === undefined ? 'none' : printBipAddress(broadcast)}`)
      } else {
        print(`unsent ${event.reason}`)
      }
    },
  })
