import { Buffer } from 'node:buffer'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { Subject } from 'rxjs'
import { bbmd6, broadcast, foreignDevice6, ip6Port, ordinaryNode, printBip6Address, unicast } from '../../dist/index.js'

/*
 * A B/IPv6 port as a program, for floods: it counts what it tells, and prints of NPDUs only those that begin with a word.
 * Its argument is JSON: `{ word, bbmd: [address…], policy, foreign: address, ttl, …options of ip6Port }`. Each line of stdin is JSON:
 * `{ "do": "send", "to": "broadcast" or a VMAC, "npdu": hex, "times": how often, "each": VMACs from `to` on }`, `look` for all
 * that it has counted and knows, which comes as one event, and `end`.
 */
const { word, bbmd, policy, foreign, ttl = 60, ...options } = JSON.parse(process.argv[2])
const role =
  foreign !== undefined
    ? foreignDevice6({ bbmd: foreign, ttl })
    : bbmd !== undefined
      ? bbmd6({ bdt: bbmd, policy })
      : ordinaryNode()

const print = event => process.stdout.write(`${JSON.stringify(event)}\n`)
const told = {}
const looked = {}

const hear = event => {
  const { _tag } = event
  told[_tag] = (told[_tag] ?? 0) + 1
  if (_tag === 'Npdu') {
    const npdu = Buffer.from(event.npdu).toString('hex')
    if (npdu.startsWith(word)) print({ event: 'npdu', npdu, source: event.source, via: event.via })
  } else if (_tag === 'Status') {
    const { vmac, registration } = event.status
    print({ event: 'status', vmac, registration: registration?.state })
  } else if (_tag === 'Listening') {
    print({ event: 'listening', address: printBip6Address(event.address) })
  } else if (_tag === 'Tables') {
    looked.fdt = event.fdt.map(({ address }) => printBip6Address(address))
  } else if (_tag === 'VmacCache') {
    looked.cache = event.entries.map(({ vmac, address }) => [vmac, printBip6Address(address)])
  } else if (_tag === 'Counters') {
    looked.counters = event.counters
  }
}

const outbound$ = new Subject()
outbound$.pipe(ip6Port({ ...options, role })).subscribe({
  next: hear,
  error: ({ message }) => print({ event: 'error', message }),
  complete: () => process.exit(),
})

const vmacAfter = (vmac, n) => (Number.parseInt(vmac, 16) + n).toString(16).padStart(6, '0')

for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line)
  if (said.do === 'send') {
    const npdu = Uint8Array.from(Buffer.from(said.npdu, 'hex'))
    for (let n = 0; n < (said.each ?? 1); n++) {
      for (let time = 0; time < (said.times ?? 1); time++) {
        outbound$.next(said.to === 'broadcast' ? broadcast(npdu) : unicast(npdu, vmacAfter(said.to, n)))
      }
    }
  } else if (said.do === 'look') {
    for (const _tag of ['ReadTables', 'ReadVmacCache', 'ReadCounters']) outbound$.next({ _tag })
    print({ event: 'look', ...looked, told: { ...told } })
  } else {
    outbound$.complete()
  }
}
process.exit()
