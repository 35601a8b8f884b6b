import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'

/*
 * One half of a router that translates addresses, for one client. The half inside (`inside CLIENT IP:PORT …`) plays
 * everybody outside to the client, which is known when it has said something, or from the start as CLIENT, when that is
 * not `-`; the half outside (`outside - IP:PORT`) plays the client to everybody. Each tells the other, on stdout, what it
 * heard: `PEER-IP:PEER-PORT HEX`. Says `ready` on stderr when it hears.
 */
const [side, known = '-', ...addresses] = process.argv.slice(2)
const sockets = new Map()

const endpoint = text => {
  const [address, port] = text.split(':')
  return { address, port: Number(port) }
}
let client = known === '-' ? undefined : endpoint(known)

const open = name => {
  const opened = sockets.get(name)
  if (opened !== undefined) return opened
  const { address, port } = endpoint(name)
  const socket = createSocket('udp4')
  sockets.set(name, socket)
  socket.on('message', (octets, from) => {
    if (side === 'inside') client = from
    const peer = side === 'inside' ? name : `${from.address}:${from.port}`
    process.stdout.write(`${peer} ${octets.toString('hex')}\n`)
  })
  socket.bind(port, address)
  return socket
}

await Promise.all(addresses.map(name => once(open(name), 'listening')))
process.stderr.write('ready\n')
createInterface({ input: process.stdin }).on('line', line => {
  const [peer = '', hex = ''] = line.split(' ')
  const to = side === 'inside' ? client : endpoint(peer)
  const socket = open(side === 'inside' ? peer : addresses[0])
  if (to !== undefined) socket.send(Buffer.from(hex, 'hex'), to.port, to.address)
})
process.stdin.on('end', () => process.exit())
