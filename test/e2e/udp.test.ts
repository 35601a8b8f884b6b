import { afterEach, describe, expect, it } from 'vitest'
import { at, closePorts, realPort } from '../support/udp-port.js'

afterEach(closePorts)

const portOf = (name: string): string => name.split(':')[1] ?? ''

describe('UDP ports on one host', () => {
  it('hear unicasts and broadcasts, each as what it is, and their own broadcasts', async () => {
    const one = realPort('127.0.1.1:0')
    const port = portOf(one.name())
    const other = realPort(`127.0.1.2:${port}`)
    expect(one.local()).toMatchObject({ broadcast: at(`127.255.255.255:${port}`), isWildcard: false })
    one.send(other.name(), 1)
    expect(await other.hears(1)).toEqual([`127.0.1.1:${port} unicast 1`])
    other.send(`127.255.255.255:${port}`, 2)
    expect(await one.hears(1)).toEqual([`127.0.1.2:${port} broadcast 2`])
    expect((await other.hears(2))[1]).toBe(`127.0.1.2:${port} broadcast 2`)
  })

  it('error when another has the address and port', () => {
    const one = realPort('127.0.1.1:0')
    const other = realPort(one.name())
    expect(other.end()).toMatchObject({ code: 'EADDRINUSE', message: `bind EADDRINUSE ${one.name()}` })
  })
})
