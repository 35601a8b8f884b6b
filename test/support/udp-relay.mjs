import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'

/*
 * One half of a router that translates addresses, for one client. The half inside (`inside IP:PORT …`) plays everybody
 * outside to the client; the half outside (`outside IP:PORT`) plays the client to everybody. Each tells the other, on
 * stdout, what it heard: `PEER-IP:PEER-PORT HEX`. Says `ready` on stderr when it hears.
 */
const [side, ...addresses] = process.argv.slice(2)
const sockets = new Map()
let client

const open = address => {
  const known = sockets.get(address)
  if (known !== undefined) return known
  const [host, port] = address.split(':')
  const socket = createSocket('udp4')
  sockets.set(address, socket)
  socket.on('message', (octets, from) => {
    if (side === 'inside') client = from
    const peer = side === 'inside' ? address : `${from.address}:${from.port}`
    process.stdout.write(`${peer} ${octets.toString('hex')}\n`)
  })
  socket.bind(Number(port), host)
  return socket
}

await Promise.all(addresses.map(address => once(open(address), 'listening')))
process.stderr.write('ready\n')
createInterface({ input: process.stdin }).on('line', line => {
  const [peer = '', hex = ''] = line.split(' ')
  const [host, port] = peer.split(':')
  if (side === 'outside') open(addresses[0]).send(Buffer.from(hex, 'hex'), Number(port), host)
  else if (client !== undefined) open(peer).send(Buffer.from(hex, 'hex'), client.port, client.address)
})
process.stdin.on('end', () => process.exit())
