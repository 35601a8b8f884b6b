import { describe, expect, it } from 'vitest'
import { routerLab } from '../../support/router-lab.js'

describe('a port whose link takes nothing yet', () => {
  it('ends as soon as that does, where it was told to end before', () => {
    const { ports, end, hasEnded } = routerLab({ change: { ip: { isDeaf: true } }, isNew: true })
    end()
    expect(hasEnded()).toBe(false)
    ports.ip.listen()
    expect(ports.ip.isOpen()).toBe(false)
    expect(hasEnded()).toBe(true)
  })
})
