import { bbmd6, foreignDevice6 } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { ip6Lab, type Ip6Lab, type RunningIp6Port } from './ip6-lab.js'

/** The BBMDs of the two multicast domains. */
export const BBMD1 = '[fd71:0:0:1::1]:47808'
export const BBMD2 = '[fd71:0:0:2::1]:47808'

/** Two links, each with a BBMD and the nodes A, C and B, D. Their VMACs are 00, the link and the host. */
export interface TwoDomains {
  readonly lab: Ip6Lab
  readonly bbmd1: RunningIp6Port
  readonly bbmd2: RunningIp6Port
  readonly a: RunningIp6Port
  readonly b: RunningIp6Port
  readonly ports: readonly RunningIp6Port[]
}

/** Sets up two multicast domains, whose ports all have their VMAC. */
export const twoDomains = (): TwoDomains => {
  const lab = ip6Lab()
  const bbmd1 = lab.port('fd71:0:0:1::1', { deviceInstance: 0x1001, role: bbmd6({ bdt: [BBMD2] }) })
  const bbmd2 = lab.port('fd71:0:0:2::1', { deviceInstance: 0x2001, role: bbmd6({ bdt: [BBMD1] }) })
  const a = lab.port('fd71:0:0:1::7', { deviceInstance: 0x1007 })
  const b = lab.port('fd71:0:0:2::7', { deviceInstance: 0x2007 })
  const c = lab.port('fd71:0:0:1::8', { deviceInstance: 0x1008 })
  const d = lab.port('fd71:0:0:2::8', { deviceInstance: 0x2008 })
  lab.advance(ms(10))
  lab.sent()
  return { lab, bbmd1, bbmd2, a, b, ports: [bbmd1, bbmd2, a, b, c, d] }
}

/** Two domains, and a foreign device. */
export interface Registered extends TwoDomains {
  readonly device: RunningIp6Port
}

/** Sets up two multicast domains, and a foreign device of the first, which is registered. */
export const registered = (): Registered => {
  const domains = twoDomains()
  const role = foreignDevice6({ bbmd: BBMD1 })
  const device = domains.lab.port('fd71:0:0:9::7', { deviceInstance: 0x9007, role })
  domains.lab.advance(seconds(1))
  domains.lab.sent()
  return { ...domains, device }
}

/** Its VMAC, which it must have. */
export const vmacOf = (port: RunningIp6Port): string => {
  const vmac = port.status()?.vmac
  if (vmac === undefined) throw new Error(`${port.name} has no VMAC`)
  return vmac
}
