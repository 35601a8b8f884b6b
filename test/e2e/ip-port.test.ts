import { describe, expect, it, vi } from 'vitest'
import { open } from '../../src/index.js'
import { ipPort, printBipAddress, station, type BipAddress } from '../../src/transport/ip.js'

const WHO_IS = Uint8Array.of(0x01, 0x00, 0x10, 0x08)

describe('a B/IP port on real sockets', () => {
  it.each(['127.4.1.2:47808', '1.2.3.4:5678', 'nonsense', undefined])(
    'gives back what is sent to %s, which is no address, and lives on',
    async to => {
      const port = open(ipPort({ bind: '127.4.1.1:0' }))
      const dropped: string[] = []
      port.event$.subscribe(event => event._tag === 'Dropped' && dropped.push(event.reason))
      port.send(WHO_IS, to as BipAddress)
      await vi.waitFor(() => expect(dropped).toEqual(['a unicast to what is no station']))
      await port.close()
    },
  )

  it('says that a request failed which is for what is no address', async () => {
    const port = open(ipPort({ bind: '127.4.1.1:0' }))
    const failed: string[] = []
    port.event$.subscribe(event => event._tag === 'Failed' && failed.push(event.reason))
    port.submit({ _tag: 'ReadFdt', bbmd: '10.0.1.5:47808' as BipAddress })
    await vi.waitFor(() => expect(failed).toEqual(['there is no such port']))
    await port.close()
  })

  it('sends to a station that is named by text', async () => {
    const hears = open(ipPort({ bind: '127.4.1.2:0' }))
    const [heard, addressed] = [vi.fn<(npdu: Uint8Array) => void>(), vi.fn<(address: BipAddress) => void>()]
    hears.npdu$.subscribe(({ npdu }) => heard(npdu))
    hears.status$.subscribe(({ address }) => addressed(address))
    await vi.waitFor(() => expect(addressed).toHaveBeenCalled())
    const text = printBipAddress(addressed.mock.calls[0]?.[0] ?? station('10.0.0.1:1'))
    const sends = open(ipPort({ bind: '127.4.1.1:0' }))
    sends.send(WHO_IS, station(text))
    await vi.waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith(WHO_IS))
    await Promise.all([sends.close(), hears.close()])
  })
})
