import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { NetworkOutbound } from '../../network/event/network-event.js'
import type { Report } from '../output.js'
import { leftOut, readStdinCommand, type JsonObject } from '../stdin-command.js'
import { NETWORKS } from './box-shape.js'
import { whole } from './shape.js'

const stdin = {
  routes: t.type({}),
  stats: t.type({}),
  state: t.type({}),
  'find-router': t.type({ network: leftOut(whole('a network number', ...NETWORKS)) }),
  reload: t.type({}),
}

/** What stdin can ask of a box. */
export interface Asked {
  /** The names of the ports. */
  readonly names: readonly string[]
  /** Gives the answer, or the error, where there is one at once. */
  readonly ofPort: (port: string, command: JsonObject) => Report | undefined
  /** Says what is wrong, where there is no router. */
  readonly ofRouter: (outbound: NetworkOutbound) => E.Either<string, undefined>
  readonly state: () => Report
  readonly reload: () => void
}

/** Does what stdin asks: of the port that it names, or of the box. `Left` says what is wrong, `Right` has an answer where there is one at once. */
export const boxCommand = (command: JsonObject, asked: Asked): E.Either<string, Report | undefined> => {
  const { do: name, port } = command
  const there = `there are ${asked.names.join(', ')}`
  if (port !== undefined) {
    if (typeof port === 'string' && asked.names.includes(port)) return E.right(asked.ofPort(port, command))
    return E.left(`"port": there is no port ${JSON.stringify(port)}; ${there}`)
  }
  if (typeof name === 'string' && !Object.hasOwn(stdin, name)) {
    return E.left(`"port" is missing; ${there}. Without one there are ${Object.keys(stdin).join(', ')}`)
  }
  const given = readStdinCommand(command, stdin)
  if (E.isLeft(given)) return given
  switch (given.right.do) {
    case 'routes':
      return asked.ofRouter({ _tag: 'ReadRoutes' })
    case 'stats':
      return asked.ofRouter({ _tag: 'ReadCounters' })
    case 'find-router':
      return asked.ofRouter({ _tag: 'FindRouter', network: given.right.network })
    case 'state':
      return E.right(asked.state())
    case 'reload':
      asked.reload()
      return E.right(undefined)
  }
}
