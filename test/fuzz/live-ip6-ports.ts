import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { bbmd6Policy } from '../../src/ip6/bbmd6-policy.js'
import { ip6Limits } from '../../src/ip6/ip6-limits.js'
import type { Ip6Role } from '../../src/ip6/ip6-role.js'
import type { Ip6Local } from '../../src/ip6/ip6-udp.js'
import { isLoopback, type Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ADDRESSES6 } from './bvll.js'

/** A B/IPv6 address of hex. */
export const bip6 = (hex: string): Bip6Address => hex as Bip6Address

/** The addresses and VMACs are those that `soundDatagram6` talks of, so that they meet themselves in what they hear. */
export const [SELF, PEER, FOREIGN] = ADDRESSES6.map(bip6) as [Bip6Address, Bip6Address, Bip6Address]
export const GROUP = bip6('ff02000000000000000000000000bac0bac0')
export const OWN_BBMD = bip6('20010db8000300000000000000000001bac0')
/** Of the networks 1 to 7: hosts with two ports, and a network with several hosts. */
const STRANGERS = [
  ...['1::1 bac1', '1::1 bac2', '2::1 bac0', '2::1 bac1', '3::1 bac0', '4::1 bac0'],
  ...['7::1 bac0', '7::2 bac0', '7::3 bac0', '7::4 bac0'],
].map(name => {
  const [network = '', host = '', port = ''] = name.split(/::| /)
  return bip6(`20010db8001${network}${host.padStart(20, '0')}${port}`)
})

/** Without `::1`, from where nothing comes over a network. */
export const SOURCES = [
  ...ADDRESSES6.map(bip6).filter(address => !isLoopback(address)),
  PEER,
  OWN_BBMD,
  OWN_BBMD,
  FOREIGN,
  ...STRANGERS,
  ...STRANGERS,
]
export const INSTANCE = '00162e' as Bip6Vmac
const BY_CHANCE = '5a1234' as Bip6Vmac

/** Where each port is. */
export const LOCAL: Ip6Local = {
  address: SELF,
  own: new Set([SELF]),
  group: GROUP,
  isWildcard: false,
  receiveBuffer: 1 << 20,
}

/** Little of everything, so that all bounds are met: of one address as well as in total. */
export const POLICY = bbmd6Policy({
  maxForeignDevices: 8,
  maxPerAddress: 2,
  maxTtl: 40_000,
  copiesPerAddress: { burst: 12, perSecond: 0.02 },
  copiesInTotal: { burst: 100, perSecond: 0.5 },
})

/** Likewise. */
export const LIMITS = ip6Limits({
  answersPerAddress: { burst: 40, perSecond: 0.5 },
  answersInTotal: { burst: 300, perSecond: 5 },
  maxVmacs: 3,
  maxPerVmac: 2,
  maxResolutions: 2,
})
const TTL = 60

/** Timers: of each thing that may be discarded from each host, of tables, of resolutions, of VMACs, of a registration. */
export const MOST_WAITING = 300

/** A port under fire. */
export interface Port {
  readonly role: Ip6Role
  readonly vmac: Bip6Vmac
  /** The functions of what it says by itself. */
  readonly says: readonly number[]
}

/** One of each role. */
export const PORTS: readonly Port[] = [
  { role: { _tag: 'OrdinaryNode' }, vmac: BY_CHANCE, says: [0x01, 0x02, 0x03, 0x06] },
  {
    role: { _tag: 'ForeignDevice', bbmd: OWN_BBMD, ttl: TTL, timings: registrationTimings(TTL) },
    vmac: INSTANCE,
    says: [0x01, 0x03, 0x06, 0x09, 0x0c],
  },
  {
    role: { _tag: 'Bbmd', bdt: [PEER, OWN_BBMD, SELF], policy: POLICY },
    vmac: INSTANCE,
    says: [0x01, 0x02, 0x03, 0x04, 0x06, 0x08],
  },
]
