import { complaints, sees, type Invariant } from './invariant.js'
import { seatsWhere } from './reconnected.js'

/**
 * What is renewed at the last moment only is lost with a single datagram. Who has been refused does not know it is registered
 * when a success comes late.
 */
export const renewed: Invariant = {
  name: 'renewed',
  states: 'A registered foreign device asks its BBMD again before half of its time to live is over.',
  watch: plan => {
    const halfMs = plan.timings.ttl * 500
    const devices = new Map(
      seatsWhere(plan, seat => seat.kind !== 'sc' && seat.role === 'foreign').map(({ host, network }) => [
        `${host} ${network}`,
        { hasAsked: false, isUp: false, registeredAt: undefined as number | undefined },
      ]),
    )
    const { add, all } = complaints()

    /** It is not registered any more, or asks again. */
    const endRegistration = (key: string, at: number): void => {
      const device = devices.get(key)
      if (device?.registeredAt === undefined) return
      const kept = at - device.registeredAt
      if (device.isUp && kept > halfMs)
        add(`${key} had not asked again ${kept} ms after it was registered, at ${at} ms`)
      device.registeredAt = undefined
    }

    return {
      ...sees(['AsksToRegister', 'HearsSuccess', 'Stands', 'Phase'], fact => {
        switch (fact._tag) {
          case 'AsksToRegister': {
            const key = `${fact.host} ${fact.network}`
            endRegistration(key, fact.at)
            const device = devices.get(key)
            if (device !== undefined) device.hasAsked = true
            return
          }
          case 'HearsSuccess': {
            const device = devices.get(`${fact.host} ${fact.network}`)
            if (device?.hasAsked !== true) return
            device.hasAsked = false
            device.registeredAt = fact.at
            return
          }
          case 'Stands': {
            const key = `${fact.host} ${fact.network}`
            if (!fact.isUp) endRegistration(key, fact.at)
            const device = devices.get(key)
            if (device !== undefined) device.isUp = fact.isUp
            return
          }
          case 'Phase':
            if (fact.phase === 'farewell') for (const key of devices.keys()) endRegistration(key, fact.at)
            return
          default:
        }
      }),
      broken: all,
    }
  },
}
