import { createSocket, type Socket } from 'node:dgram'

/** A bare UDP socket in the hands of somebody hostile. */
export interface Stranger {
  /** `127.9.0.1:54321`. */
  readonly address: string
  readonly send: (to: string, octets: Uint8Array) => void
  /** What it has heard, in hex. */
  readonly heard: readonly string[]
}

const open = new Set<Socket>()

/** Closes all strangers. Call it after each test. */
export const closeStrangers = (): void => {
  for (const socket of open) socket.close()
  open.clear()
}

const endpoint = (address: string): readonly [host: string, port: number] => {
  const [host = '', port] = address.split(':')
  return [host, Number(port)]
}

/** Binds a socket on this host; without a port it takes one that is free. What it hears goes to `hear` as well. */
export const stranger = (
  bind: string,
  hear: (octets: Buffer, from: string, itself: Stranger) => void = () => undefined,
): Promise<Stranger> =>
  new Promise((resolve, reject) => {
    const [host, port] = endpoint(bind)
    const socket = createSocket({ type: 'udp4', lookup: (name, _, found) => found(null, name, 4) })
    open.add(socket)
    const heard: string[] = []
    socket.once('error', reject)
    socket.bind(Number.isNaN(port) ? 0 : port, host, () => {
      socket.off('error', reject).on('error', () => undefined)
      socket.setBroadcast(true)
      socket.setRecvBufferSize(1 << 22)
      const itself: Stranger = {
        address: `${host}:${socket.address().port}`,
        heard,
        send: (to, octets) => {
          const [toHost, toPort] = endpoint(to)
          socket.send(octets, toPort, toHost)
        },
      }
      socket.on('message', (octets, { address, port: fromPort }) => {
        heard.push(octets.toString('hex'))
        hear(octets, `${address}:${fromPort}`, itself)
      })
      resolve(itself)
    })
  })

/** Several, each with an address of its own: 127.9.0.1, 127.9.1.1 and so on, and no more than 256. */
export const strangers = (count: number, net = '127.9'): Promise<readonly Stranger[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => stranger(`${net}.${n}.1`)))

/** Sends as fast as it goes for so many milliseconds, from one after the other; tells how many datagrams. */
export const floodUdp = async (
  from: readonly Stranger[],
  to: string,
  datagrams: readonly Uint8Array[],
  milliseconds: number,
): Promise<number> => {
  const until = performance.now() + milliseconds
  let sent = 0
  while (performance.now() < until) {
    for (let turn = 0; turn < 200; turn++, sent++) {
      const octets = datagrams[sent % datagrams.length]
      if (octets !== undefined) from[sent % from.length]?.send(to, octets)
    }
    await new Promise(setImmediate)
  }
  return sent
}
