import { lastValueFrom, NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, ipPort, type IpPortOptions } from '../../src/transport/ip.js'

describe('a B/IP port', () => {
  it.each<readonly [options: IpPortOptions, message: string]>([
    [{ bind: '224.0.0.1' }, `bind: '224.0.0.1' cannot be the address of a host`],
    [{ bind: '255.255.255.255:47808' }, `bind: '255.255.255.255:47808' cannot be the address of a host`],
    [{ bind: 'localhost' }, `bind: 'localhost' is not an address such as 192.168.1.10:47808`],
    [{ broadcast: '0.0.0.0' }, `broadcast: '0.0.0.0' cannot be a broadcast address`],
    [{ broadcast: '10.0.1.255:0' }, `broadcast: '10.0.1.255:0' cannot be a broadcast address`],
  ])('errors when it is subscribed for %j', async (options, message) => {
    await expect(lastValueFrom(NEVER.pipe(ipPort(options)))).rejects.toEqual(new ConfigurationError(message))
  })
})
