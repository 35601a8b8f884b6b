import { afterEach, describe, expect, it, vi } from 'vitest'
import { open, type OpenLink } from '../../src/index.js'
import {
  ipPort,
  printBipAddress,
  station,
  type BipAddress,
  type IpEvent,
  type IpRequest,
  type IpStatus,
} from '../../src/transport/ip.js'

const WHO_IS = Uint8Array.of(0x01, 0x00, 0x10, 0x08)

type Port = OpenLink<BipAddress, IpStatus, IpRequest, IpEvent>

const ports: Port[] = []
const portAt = (bind: string): Port => {
  const port = open(ipPort({ bind }))
  ports.push(port)
  return port
}

afterEach(async () => {
  await Promise.all(ports.splice(0).map(port => port.close()))
})

describe('a B/IP port on real sockets', () => {
  it.each(['127.4.1.2:47808', '1.2.3.4:5678', 'nonsense', undefined])(
    'gives back what is for %s, which is no address, and lives on',
    async to => {
      const port = portAt('127.4.1.1:0')
      const dropped: string[] = []
      port.event$.subscribe(event => event._tag === 'Dropped' && dropped.push(event.reason))
      port.send(WHO_IS, to as BipAddress)
      port.submit({ _tag: 'ReadFdt', bbmd: to as BipAddress })
      await vi.waitFor(() => expect(dropped).toEqual(['to what is no station', 'to what is no station']))
    },
  )

  it('sends to a station that is named by text', async () => {
    const hears = portAt('127.4.1.2:0')
    const [heard, addressed] = [vi.fn<(npdu: Uint8Array) => void>(), vi.fn<(address: BipAddress) => void>()]
    hears.npdu$.subscribe(({ npdu }) => heard(npdu))
    hears.status$.subscribe(({ address }) => addressed(address))
    await vi.waitFor(() => expect(addressed).toHaveBeenCalled())
    const text = printBipAddress(addressed.mock.calls[0]?.[0] ?? station('10.0.0.1:1'))
    portAt('127.4.1.1:0').send(WHO_IS, station(text))
    await vi.waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith(WHO_IS))
  })
})
