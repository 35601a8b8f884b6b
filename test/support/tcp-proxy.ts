import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { hostAndPort, type ScUri } from '../../src/values/sc-uri.js'

/** A way to a listening device that can be cut, taken away and given back, while the device itself stays as it is. */
export interface TcpProxy {
  /** Where it listens, which stays the same. */
  readonly uri: string
  /** Where it leads to. */
  readonly leadTo: (uri: string) => void
  /** Cuts all connections, and lets nobody in until `raise`. */
  readonly fell: () => Promise<void>
  readonly raise: () => Promise<void>
  /** Lets nothing pass any more on the connections that are there; nobody is told. */
  readonly freeze: () => void
  /** Resets the connections that are there. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

/** Starts a proxy on loopback. */
export const tcpProxy = async (): Promise<TcpProxy> => {
  const sockets = new Set<Socket>()
  let target: { readonly host: string; readonly port: number } | undefined
  const server = createServer(near => {
    if (target === undefined) {
      near.destroy()
      return
    }
    const far = connect(target)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const fell = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    cut()
    await once(server, 'close')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    uri: `wss://127.0.0.1:${port}`,
    leadTo: uri => (target = hostAndPort(uri as ScUri)),
    fell,
    raise: () => listen(port),
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
    cut,
    close: fell,
  }
}
