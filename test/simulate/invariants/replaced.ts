import { seconds } from '../../../src/values/duration.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** A Disconnect-Request without an answer takes 10 s, and a Close frame 2 s. */
const ENDED_WITHIN = seconds(15)

/** A connection that has to end. */
interface Ending {
  readonly name: string
  readonly due: number
  hasEnded: boolean
}

/** Who comes again is not known to have gone: the connection that he had may look alive to the other side for long. */
export const replaced: Invariant = {
  name: 'replaced',
  states:
    'When a node connects to a hub, or to another node directly, that has a connection of it already, the old one ends ' +
    'within 15 s.',
  watch: () => {
    /** Connections of each to another that were not told to have ended. */
    const open = new Map<string, number>()
    /** All of them in the order of time, from the first that may still be due. */
    const ending: Ending[] = []
    let first = 0
    const remaining = (): readonly Ending[] => ending.slice(first)
    const { add, all } = complaints()

    const begin = (name: string, at: number): void => {
      const count = open.get(name) ?? 0
      open.set(name, count + 1)
      if (count > 0) ending.push({ name, due: at + ENDED_WITHIN, hasEnded: false })
    }

    const end = (name: string): void => {
      open.set(name, Math.max(0, (open.get(name) ?? 0) - 1))
      // Which of them has ended is not told: it counts as the one that has to.
      const oldest = remaining().find(one => one.name === name && !one.hasEnded)
      if (oldest !== undefined) oldest.hasEnded = true
    }

    /** Nothing of a host is left when it goes down. */
    const forget = (host: string): void => {
      for (const name of open.keys()) if (name.startsWith(`${host} `)) open.delete(name)
      for (const one of remaining()) if (one.name.startsWith(`${host} `)) one.hasEnded = true
    }

    return {
      ...sees(['Admitted', 'Released', 'Direct', 'Gone'], fact => {
        for (let one = ending[first]; one !== undefined && one.due < fact.at; one = ending[++first]) {
          if (!one.hasEnded) add(`${one.name} has not ended, at ${one.due} ms, though another has its place`)
        }
        switch (fact._tag) {
          case 'Admitted':
            begin(`${fact.hub} as the hub of ${fact.uuid}`, fact.at)
            return
          case 'Released':
            end(`${fact.hub} as the hub of ${fact.uuid}`)
            return
          case 'Direct': {
            const name = `${fact.host} ${fact.isDialled ? 'to' : 'from'} ${fact.peer}`
            if (fact.isConnected) begin(name, fact.at)
            else end(name)
            return
          }
          case 'Gone':
            forget(fact.host)
            return
          default:
        }
      }),
      broken: all,
    }
  },
}
