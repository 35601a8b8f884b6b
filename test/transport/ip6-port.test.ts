import { lastValueFrom, NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { resolutionTimings } from '../../src/ip6/address-resolution.js'
import { ConfigurationError, ip6Port, type Ip6PortOptions } from '../../src/transport/ip6.js'
import { ms, type Duration } from '../../src/values/duration.js'

describe('a B/IPv6 port', () => {
  it.each<readonly [options: Ip6PortOptions, message: string]>([
    [{ bind: '[ff02::bac0]:47808' }, `bind: '[ff02::bac0]:47808' cannot be the address of a host`],
    [{ bind: '2001:db8::10' }, `bind: '2001:db8::10' is not an address such as [2001:db8::1]:47808`],
    [{ group: '2001:db8::10' }, `group: '2001:db8::10' is not a group such as ff02::bac0`],
    [{ hops: 0 }, 'hops: 0 is not a whole number from 1 to 255'],
    [{ receiveBuffer: 1 }, 'receiveBuffer: 1 is not a whole number from 2048 to 1073741824'],
    [{ deviceInstance: 4_194_303 }, 'deviceInstance: 4194303 is not a device instance from 0 to 4194302'],
    [{ vmac: '3fffff' }, `vmac: '3fffff' is neither a device instance nor a random VMAC and cannot be a node's own`],
    [{ vmac: '00025a', deviceInstance: 602 }, 'vmac: the device instance is the VMAC already'],
    [{ limits: { maxWaiting: -1 } }, 'limits.maxWaiting: -1 is not a whole number from 0 to 100000'],
    [{ limits: { maxPerVmac: 0 } }, 'limits.maxPerVmac: 0 is not a whole number from 1 to 100000'],
    [{ limits: { maxVmacs: 0.5 } }, 'limits.maxVmacs: 0.5 is not a whole number from 1 to 100000'],
    [{ limits: { maxResolutions: 0 } }, 'limits.maxResolutions: 0 is not a whole number from 1 to 100000'],
    [{ limits: { vmacTtl: ms(0) } }, 'limits.vmacTtl: 0 is not a wait in milliseconds'],
    [{ limits: { vmacTtl: (2 ** 31) as Duration } }, 'limits.vmacTtl: 2147483648 ms is longer than a timer can be'],
    [
      { limits: { resolution: { ...resolutionTimings(), tries: 0 } } },
      'limits.resolution.tries: 0 is not a whole number from 1 to 100000',
    ],
    [
      { limits: { resolution: { ...resolutionTimings(), retry: ms(0) } } },
      'limits.resolution.retry: 0 is not a wait in milliseconds',
    ],
    [
      { limits: { answersInTotal: { burst: 0, perSecond: 1 } } },
      'limits.answersInTotal.burst: 0 is not a whole number from 1 to 1000000000000000',
    ],
  ])('errors when it is subscribed for %j', async (options, message) => {
    await expect(lastValueFrom(NEVER.pipe(ip6Port(options)))).rejects.toEqual(new ConfigurationError(message))
  })
})
