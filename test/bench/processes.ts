import type { TlsMaterial } from '../../src/io/tls.js'
import { child, type Calls, type Child } from './child.js'
import type { ClientCalls } from './client/main.js'
import type { Target } from './client/connection.js'
import type { ServerCalls, ServerName } from './server/main.js'

/** A server in a process of its own. */
export type Server = Child<ServerCalls>

/** A load generator in a process of its own. */
export type Client = Child<ClientCalls>

/** Runs something with processes, all of which have ended when it is over, well or not. */
export const withProcesses = async <A>(run: (processes: Processes) => Promise<A>): Promise<A> => {
  const started: { readonly end: () => Promise<void> }[] = []
  const kept = <P extends { readonly end: () => Promise<void> }>(process: P): P => {
    started.push(process)
    return process
  }
  try {
    return await run({
      server: options => kept(child<ServerCalls>('./server/main.js', ['--expose-gc', ...(options ?? [])])),
      client: () => kept(child<ClientCalls>('./client/main.js')),
      start: (module, options) => kept(child(module, options)),
    })
  } finally {
    await Promise.all(started.map(process => process.end()))
  }
}

/** Starts processes of the bench. */
export interface Processes {
  readonly server: (nodeOptions?: readonly string[]) => Server
  readonly client: () => Client
  /** Any other, from a compiled module that is named as seen from here. */
  readonly start: <C extends Calls<C>>(module: string, nodeOptions?: readonly string[]) => Child<C>
}

/** A server that is to listen, and how. */
export interface Listener {
  readonly server: Server
  readonly name: ServerName
  readonly tls: TlsMaterial | undefined
  /** A free one when left out. */
  readonly port?: number
}

/** Makes a server listen; gives what a client needs to connect. */
export const listen = async ({ server, name, tls, port: wanted = 0 }: Listener): Promise<Target> => {
  const port = await server.ask('listen', { server: name, tls, port: wanted })
  return { port, tls, hub: name !== 'raw relay' }
}
