import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setImmediate, setTimeout } from 'node:timers/promises'

/*
 * Somebody hostile on UDP over IPv6, as a program. Where the system lets it bind addresses that it does not have, it forges
 * them. Each line of stdin is JSON, and is answered by one line when it is done:
 * `{ from: [[host, port]…], to: [host, port], hex: [datagram…], ms, count, zone }` sends the datagrams in turn, from one
 * socket after the other, for so many milliseconds or until there are so many; `vvvvvv` in a datagram is another VMAC each
 * time. `{ heard: [[host, port]…] }` tells the datagrams and the octets that came there, and forgets them.
 * `{ claim: zone, from, to: group }` says of each VMAC that somebody tries from now on that it is taken. `{ stop: true }`
 * ends what is being sent, and has no answer of its own.
 */
const sockets = new Map()

const socketAt = async ([host, port], zone) => {
  const name = `${host} ${port}`
  const known = sockets.get(name)
  if (known !== undefined) return known
  const socket = createSocket({ type: 'udp6', reuseAddr: true, lookup: (text, _, found) => found(null, text, 6) })
  const made = { socket, datagrams: 0, octets: 0, last: '' }
  sockets.set(name, made)
  const listening = once(socket, 'listening')
  socket.bind(port, host)
  await listening
  socket.on('error', () => undefined)
  socket.setRecvBufferSize(1 << 22)
  if (zone !== undefined) socket.setMulticastInterface(`::%${zone}`)
  socket.on('message', octets => {
    made.datagrams++
    made.octets += octets.length
    made.last = octets.toString('hex')
  })
  return made
}

let vmac = 0x010000
let isStopped = false

const octetsOf = hex => {
  const at = hex.indexOf('vvvvvv') / 2
  const octets = Buffer.from(hex.replaceAll('vvvvvv', '000000'), 'hex')
  return () => {
    if (at < 0) return octets
    const copy = Buffer.from(octets)
    copy.writeUIntBE(vmac++ & 0x7fffff, at, 3)
    return copy
  }
}

const flood = async ({ from, to: [host, port], hex, ms = 60_000, count = Infinity, zone }) => {
  const crowd = await Promise.all(from.map(address => socketAt(address, zone)))
  const datagrams = hex.map(octetsOf)
  const until = performance.now() + ms
  let sent = 0
  isStopped = false
  while (!isStopped && sent < count && performance.now() < until) {
    for (let turn = 0; turn < 200 && sent < count; turn++, sent++) {
      crowd[sent % crowd.length].socket.send(datagrams[sent % datagrams.length](), port, host, () => undefined)
    }
    await setImmediate()
  }
  return { sent }
}

const listen = async ({ heard }) => {
  await setTimeout(20)
  const found = await Promise.all(heard.map(address => socketAt(address)))
  const sum = name => found.reduce((total, one) => total + one[name], 0)
  const answer = { datagrams: sum('datagrams'), octets: sum('octets'), last: found.at(-1)?.last }
  for (const one of found) Object.assign(one, { datagrams: 0, octets: 0 })
  return answer
}

/** Hears who asks for the VMAC that he would like to have, and answers for all of them. */
const claim = async ({ claim: zone, from, to: [group, port] }) => {
  const { socket } = await socketAt([`${group}%${zone}`, port])
  const { socket: speaks } = await socketAt(from)
  socket.addMembership(group, `::%${zone}`)
  socket.on('message', (octets, { address, port: asker }) => {
    const hex = octets.toString('hex')
    const candidate = hex.slice(8, 14)
    if (!hex.startsWith('8203') || candidate !== hex.slice(14)) return
    speaks.send(Buffer.from(`8205000a${candidate}${candidate}`, 'hex'), asker, address, () => undefined)
  })
  return {}
}

const done = said => (said.claim !== undefined ? claim(said) : said.heard === undefined ? flood(said) : listen(said))

const answer = async said => {
  const answered = await done(said).catch(({ message }) => ({ error: message }))
  process.stdout.write(`${JSON.stringify({ event: 'done', ...answered })}\n`)
}

let turn = Promise.resolve()
for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line)
  if (said.stop === true) isStopped = true
  else turn = turn.then(() => answer(said))
}
process.exit()
